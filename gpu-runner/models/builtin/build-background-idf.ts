/**
 * Builds background-idf.tsv from a folder of documents (.txt and .pdf):
 *
 *   node gpu-runner/models/builtin/build-background-idf.ts samples/demo-case > gpu-runner/models/builtin/background-idf.tsv
 *
 * The table is part of the lexical embedder's behaviour: building it anew makes a new model version.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { stem } from './stem.ts';
import { stopWords } from './stop-words.ts';
import { eachWord } from './words.ts';

const wordsPerPassage = 150;
/** A stem in fewer passages says little more than "unseen" does; leaving it out keeps the table small. */
const leastPassages = 3;

async function pdfText(bytes: Uint8Array): Promise<string> {
  const task = getDocument({ data: bytes, verbosity: 0 });
  const pdf = await task.promise;
  let text = '';
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const content = await (await pdf.getPage(number)).getTextContent();
    for (const item of content.items) if ('str' in item) text += item.str + (item.hasEOL ? '\n' : '');
    text += '\n';
  }
  await task.destroy();
  return text;
}

async function textOf(path: string): Promise<string> {
  const bytes = readFileSync(path);
  return extname(path).toLowerCase() === '.pdf' ? pdfText(new Uint8Array(bytes)) : bytes.toString('utf8');
}

/** Adds one document's passages to the counts and answers how many there were. */
function countPassages(text: string, counts: Map<string, number>): number {
  const words: string[] = [];
  eachWord(text, (word) => words.push(word));
  let passages = 0;
  for (let at = 0; at < words.length; at += wordsPerPassage) {
    passages += 1;
    const passage = words.slice(at, at + wordsPerPassage).filter((word) => !stopWords.has(word));
    for (const term of new Set(passage.map(stem))) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return passages;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('say which folder holds the documents');
const files = readdirSync(folder)
  .filter((name) => ['.txt', '.pdf'].includes(extname(name).toLowerCase()))
  .sort();
const counts = new Map<string, number>();
let passages = 0;
for (const file of files) passages += countPassages(await textOf(join(folder, file)), counts);

const lines = [...counts]
  .filter(([term, seenIn]) => seenIn >= leastPassages && /^[a-z']{2,}$/.test(term))
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([term, seenIn]) => `${term}\t${seenIn}`);
const head = [
  `In how many passages of ${wordsPerPassage} words each word stem occurs. Built by build-background-idf.ts.`,
  'From the documents of samples/demo-case: contracts of CUAD v1, The Atticus Project, CC BY 4.0, and the',
  'Post Office Horizon IT Inquiry, Report Volume 1, (c) Crown copyright 2025, Open Government Licence v3.0.',
  `passages: ${passages}`,
];
process.stdout.write(`${[...head.map((line) => `# ${line}`), ...lines].join('\n')}\n`);
