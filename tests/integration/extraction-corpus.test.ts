import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createExtractor, type ExtractedDocument, ExtractionError } from '#commands/extraction/extractor';

/**
 * Every odd and broken file there is goes through extraction: each ends in text or in a reason, none takes the process
 * or the others with it. Runs on the shared corpus when it lies beside the repository, else on the fixtures inside it.
 */
const shared = join(import.meta.dirname, '../../../shared/data/parsers');
const isShared = existsSync(shared);
const corpus = isShared ? shared : join(import.meta.dirname, '../../commands/extraction/fixtures');
/** Scans that take most of a minute together; their kind is covered by the other scans. */
const slow = /(?:vector-pdf|image-pdf|image-pdf-2|203070\.27\.0)\.pdf$/;
const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/LICENSE|README/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !slow.test(file))
  .sort();

const extractor = createExtractor({
  workers: Math.min(2, availableParallelism()),
  limits: { silenceMs: 100_000 },
  log: { warn: (...details: unknown[]) => console.warn(...details) },
});
afterAll(() => extractor.close());

type Outcome = { file: string; document?: ExtractedDocument; error?: unknown };

async function extract(path: string): Promise<Outcome> {
  const file = relative(corpus, path);
  try {
    return { file, document: await extractor.extract({ path, fileName: basename(path) }) };
  } catch (error) {
    return { file, error };
  }
}

const where = isShared ? 'the shared corpus' : 'the fixtures, as the shared corpus is not here';
describe(`extraction of ${files.length} odd files (${where})`, () => {
  it('ends every file in text or in a reason', async () => {
    const outcomes = await Promise.all(files.map(extract));
    console.log(table(outcomes));

    for (const { file, document, error } of outcomes) {
      if (document === undefined) {
        expect(error, file).toBeInstanceOf(ExtractionError);
        const reason = error instanceof ExtractionError ? error.reason : '';
        expect(reason, `${file}: ${error}`).not.toMatch(/failed|timeout|memory/);
        continue;
      }
      const { text, passages, sections, pages, attachments } = document;
      expect(text.isWellFormed(), file).toBe(true);
      expect(text.normalize('NFC') === text, file).toBe(true);
      expect(/(?![\n\t])\p{Cc}/u.test(text), file).toBe(false);
      expect(uncovered(document), file).toBe('');
      for (const { start, end } of [...passages, ...sections, ...pages]) {
        expect(start >= 0 && start <= end && end <= text.length, file).toBe(true);
      }
      for (const { fileName } of attachments) expect(fileName, file).toMatch(/^[^/\\\p{Cc}]+$/u);
    }
  });

  it('gives the same document for the same bytes, whichever worker reads them', async () => {
    const few = files.filter((file) => /\.(?:docx|eml|html)$/.test(file)).slice(0, 12);
    expect(few.length).toBeGreaterThan(0);
    const [first, second] = await Promise.all([
      Promise.all(few.map(extract)),
      Promise.all(few.toReversed().map(extract)),
    ]);
    expect(second.reverse()).toEqual(first);
  });
});

/** What the passages leave out of the text, without white space; passages that overlap are named too. */
function uncovered({ text, passages }: ExtractedDocument): string {
  let end = 0;
  let rest = '';
  for (const passage of passages) {
    rest += passage.start < end ? '(overlap)' : text.slice(end, passage.start);
    end = passage.end;
  }
  return (rest + text.slice(end)).trim();
}

/** How many files ended how; those without text by name. */
function table(outcomes: Outcome[]): string {
  const groups = Object.groupBy(outcomes, ({ document, error }) => {
    if (document) return `text of ${document.mediaType}`;
    return error instanceof ExtractionError ? error.reason : 'crash';
  });
  return Object.entries(groups)
    .sort()
    .map(([name, its = []]) => {
      const names = its.flatMap(({ file, document }) => (document ? [] : [basename(file)]));
      return `${String(its.length).padStart(4)}  ${name.padEnd(24)} ${names.join(', ')}`.trimEnd();
    })
    .join('\n');
}
