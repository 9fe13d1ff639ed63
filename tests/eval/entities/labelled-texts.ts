import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Kind = 'person' | 'organisation' | 'place' | 'date' | 'amount';
/** A stretch of text said to be of a kind. */
export type Label = { kind: Kind; start: number; end: number };
export type Labelled = { text: string; labels: Label[]; kinds: readonly Kind[] };
export const isKind = (value: string): value is Kind =>
  ['person', 'organisation', 'place', 'date', 'amount'].includes(value);

const re3dKinds: Record<string, Kind> = {
  Person: 'person',
  Organisation: 'organisation',
  Location: 'place',
  Temporal: 'date',
  Money: 'amount',
};

function jsonLines(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

/**
 * RE3D (JSON lines; Dstl). It labels common nouns as well ("the ministers"): only labels that contain a capitalised word
 * are names and take part.
 */
export function readRe3d(folder: string): Labelled[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const entities = jsonLines(join(folder, name, 'entities.json'));
      return jsonLines(join(folder, name, 'documents.json')).map((document): Labelled => {
        const text = String(document.text);
        const labels = entities
          .filter(({ documentId }) => documentId === document._id)
          .flatMap(({ type, begin, end }): Label[] => {
            const kind = re3dKinds[String(type)];
            return kind === undefined ? [] : [{ kind, start: Number(begin), end: Number(end) }];
          })
          .filter(({ kind, start, end }) => kind === 'amount' || isNameOrDate(kind, text.slice(start, end)));
        return { text, labels, kinds: ['person', 'organisation', 'place', 'date', 'amount'] };
      });
    });
}

const isNameOrDate = (kind: Kind, name: string) =>
  kind === 'date' ? /\d/.test(name) : /(?:^|\s)(?!The\b|A\b|I\b|We\b|They\b|He\b|It\b)\p{Lu}/u.test(name);

const conllKinds: Record<string, Kind> = { 'I-PER': 'person', 'I-ORG': 'organisation', 'I-LOC': 'place' };

/** Wikigold (CoNLL lines; Balasuriya et al. 2009), its words put together to running text. */
export function readWikigold(path: string): Labelled[] {
  return readFileSync(path, 'utf8')
    .split(/^-DOCSTART-.*$/m)
    .map((document): Labelled => {
      let text = '';
      const labels: Label[] = [];
      let previous = 'O';
      for (const line of document.split('\n')) {
        const [token = '', tag = 'O'] = line.trim().split(' ');
        const glued = text === '' || /^(?:[,.;:)\]?!%]|'s|'|n't)$/.test(token) || /[([]$/.test(text);
        if (token !== '') text += `${glued ? '' : ' '}${token}`;
        const kind = conllKinds[tag];
        const last = labels.at(-1);
        if (kind !== undefined && previous === tag && last !== undefined) last.end = text.length;
        else if (kind !== undefined)
          labels.push({ kind, start: text.length - token.length, end: text.length });
        previous = token === '' ? 'O' : tag;
      }
      return { text, labels, kinds: ['person', 'organisation', 'place'] };
    })
    .filter(({ text }) => text !== '');
}
