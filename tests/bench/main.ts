/**
 * Measures Casefold and prints one Markdown table. Every figure stands beside a ratio to a limit or peer measured in the
 * same run: machines differ, ratios hold. Nothing here passes or fails.
 *
 *   npm run bench                     all, one after another
 *   npm run bench -- search memory    these only
 *   npm run bench -- rebuild --events 100000    on a smaller log than that of a million events
 *
 * How good the answers are is measured apart, on labelled collections: `npm run eval`.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { appends } from './appends.ts';
import type { Benchmark } from './benchmark.ts';
import { demoIngest } from './demo-ingest.ts';
import { createDemoRun } from './demo-run.ts';
import { emmett } from './emmett.ts';
import { foldStreams } from './fold-streams.ts';
import { live } from './live.ts';
import { memory } from './memory.ts';
import { rebuild } from './rebuild.ts';
import { rebuildMemory } from './rebuild-memory.ts';
import { scan } from './scan.ts';
import { search } from './search.ts';
import { startTimes } from './start-times.ts';
import { uploadToSearchable } from './upload-to-searchable.ts';

/** Below, starting up is all there is to measure. */
const leastEvents = 10_000;

/** In this order: the demo case is ingested once, measured, searched, and started again at the end. */
const benchmarks = new Map<string, Benchmark>([
  ['appends', appends],
  ['fold-streams', foldStreams],
  ['upload', uploadToSearchable],
  ['scan', scan],
  ['rebuild', rebuild],
  ['rebuild-memory', rebuildMemory],
  ['emmett', emmett],
  ['live', live],
  ['ingest', demoIngest],
  ['memory', memory],
  ['search', search],
  ['start', startTimes],
]);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string', default: '1000000' } },
});
const events = Number(values.events);
if (!Number.isSafeInteger(events) || events < leastEvents) {
  console.error(`--events ${values.events}: give a whole number of ${leastEvents} or more.`);
  process.exit(2);
}
const unknown = positionals.filter((name) => !benchmarks.has(name));
if (unknown.length > 0) {
  console.error(`No benchmark named ${unknown.join(', ')}. There are: ${[...benchmarks.keys()].join(', ')}.`);
  process.exit(2);
}

const demo = createDemoRun();
console.log('| what | figure | against, in the same run |\n| --- | --- | --- |');
try {
  for (const [name, benchmark] of benchmarks) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    // Line by line: a benchmark that fails takes no figures of others with it.
    for (const { name, figure, ratio } of await benchmark(demo, { events }))
      console.log(`| ${name} | ${figure} | ${ratio} |`);
  }
} finally {
  await demo.stop();
}
const load = loadavg().map((value) => value.toFixed(1));
console.log(
  `\n${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load ${load.join(' ')}`,
);
