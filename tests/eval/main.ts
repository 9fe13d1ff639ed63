/**
 * Measures how good Casefold's answers are, on collections that people have labelled, and prints one Markdown table.
 * Nothing here passes or fails; how fast things are is measured by `npm run bench`.
 *
 *   npm run eval                     all, one after another
 *   npm run eval -- entities         this only
 *   npm run eval -- --data folder    where the collections are; left out, ../shared/data beside the repository
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { answers } from './answers.ts';
import { contracts } from './contracts.ts';
import { entities } from './entities.ts';
import type { Evaluation } from './evaluation.ts';
import { recommendations } from './recommendations.ts';
import { relations } from './relations.ts';
import { retrieval } from './retrieval.ts';

const evaluations = new Map<string, Evaluation>([
  ['entities', entities],
  ['retrieval', retrieval],
  ['contracts', contracts],
  ['answers', answers],
  ['recommendations', recommendations],
  ['relations', relations],
]);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: join(import.meta.dirname, '../../../shared/data') } },
});
const data = resolve(values.data);
if (!existsSync(data)) {
  console.error(`There are no labelled collections in ${data}: give their folder with --data.`);
  process.exit(2);
}
const unknown = positionals.filter((name) => !evaluations.has(name));
if (unknown.length > 0) {
  console.error(
    `Nothing to evaluate is named ${unknown.join(', ')}. There are: ${[...evaluations.keys()].join(', ')}.`,
  );
  process.exit(2);
}

console.log('| what | by | how well |\n| --- | --- | --- |');
for (const [name, evaluation] of evaluations) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  // Part by part: one that fails takes no figures of others with it.
  for (const { what, by, figures } of await evaluation(data)) {
    const measures = Object.entries(figures).map(([measure, value]) => `${measure} ${value}`);
    console.log(`| ${what} | ${by} | ${measures.join(', ')} |`);
  }
}
