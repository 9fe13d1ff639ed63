import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Abstracts, questions about them, and how much each abstract has to say to each question. */
export type Cranfield = {
  readonly documents: readonly { readonly id: string; readonly text: string }[];
  /** `grades`: by document, what finding it gains. */
  readonly queries: readonly { readonly text: string; readonly grades: ReadonlyMap<string, number> }[];
};

/**
 * The Cranfield collection (Cleverdon 1967). Queries are numbered by their order in the file, not by what `.I` says.
 * A judgement's code is 1 for a complete answer and goes up to 4 for what is of little interest: it gains 5 less the code.
 */
export function readCranfield(folder: string): Cranfield {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').replaceAll('\r', '');
  const grades = Map.groupBy(
    read('cranqrel')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields.length >= 3),
    ([query]) => Number(query),
  );
  return {
    documents: records(read('cran.all.1400')).map(({ id, text }) => ({ id: String(Number(id)), text })),
    queries: records(read('cran.qry')).map(({ text }, index) => ({
      text,
      grades: new Map(
        grades
          .get(index + 1)
          ?.map(([, document = '', grade]): [string, number] => [document, 5 - Number(grade)]),
      ),
    })),
  };
}

/** `.I` begins a record with its number, and `.W` its text, which begins with its title. */
function records(file: string): { id: string; text: string }[] {
  return file
    .split(/^\.I /m)
    .slice(1)
    .map((record) => {
      const [head = '', text = ''] = record.split(/^\.W\n/m);
      return { id: head.split('\n')[0]?.trim() ?? '', text: text.trim() };
    });
}
