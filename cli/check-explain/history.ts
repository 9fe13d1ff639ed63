import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { EmbeddingModel } from '#gpu-runner/models/model';
import { type CheckName, type Problem, problemSchema, wordsOf } from './problem.ts';
import type { changesBetween } from './snapshot.ts';

const fixSchema = z.object({
  at: z.string(),
  files: z.array(z.object({ path: z.string(), added: z.number(), removed: z.number() })),
  diff: z.string(),
});

const entrySchema = z.object({
  problem: problemSchema,
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** Snapshot of the last run that it was in. */
  tree: z.string().optional(),
  /** What had changed when it was gone; absent while it is there, or where nobody can tell. */
  fix: fixSchema.optional(),
  open: z.boolean(),
  /** Its vector as base64 of float32, and the model that made it. */
  vector: z.object({ model: z.string(), base64: z.string() }).optional(),
});
export type HistoryEntry = z.infer<typeof entrySchema>;

/** As many as are kept; the oldest go first. */
const mostEntries = 1000;

/** Problems of earlier runs. @throws {Error} naming the file, if it is not as this command writes it */
export function readHistory(file: string): HistoryEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  try {
    return z.array(entrySchema).parse(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${file} cannot be read. Mend it or delete it: only what fixed earlier problems is in it.`,
      {
        cause: error,
      },
    );
  }
}

/** Written beside it first: a run that is broken off leaves the history as it was. */
export function writeHistory(file: string, entries: readonly HistoryEntry[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const kept = entries.toSorted((a, b) => a.lastSeen.localeCompare(b.lastSeen)).slice(-mostEntries);
  writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}

export type Run = {
  readonly at: string;
  readonly checks: readonly CheckName[];
  readonly problems: readonly Problem[];
  /** Snapshot of what was checked. */
  readonly tree: string | undefined;
  changesBetween(before: string, after: string, about: string): ReturnType<typeof changesBetween>;
};

/**
 * Takes a run into the history: what is there is noted with the snapshot, and what is gone with what changed since the last
 * run that it was in. A check that was not run says nothing about its problems.
 */
export async function noteRun(entries: readonly HistoryEntry[], run: Run): Promise<HistoryEntry[]> {
  const { at, checks, problems, tree } = run;
  const found = new Map(problems.map((problem) => [problem.id, problem]));
  const noted: HistoryEntry[] = [];
  for (const entry of entries) {
    const again = found.get(entry.problem.id);
    if (again) {
      found.delete(entry.problem.id);
      const { fix: _, ...rest } = entry;
      noted.push({ ...rest, problem: again, lastSeen: at, open: true, ...(tree && { tree }) });
    } else if (entry.open && checks.includes(entry.problem.check)) {
      const changed =
        entry.tree && tree ? await run.changesBetween(entry.tree, tree, entry.problem.file) : undefined;
      noted.push({ ...entry, open: false, ...(changed && { fix: { at, ...changed } }) });
    } else noted.push(entry);
  }
  for (const problem of found.values()) {
    noted.push({ problem, firstSeen: at, lastSeen: at, open: true, ...(tree && { tree }) });
  }
  return noted;
}

/** Gives each entry a vector of the model, where it has none of it yet. */
export async function embedEntries(
  entries: readonly HistoryEntry[],
  model: EmbeddingModel,
): Promise<HistoryEntry[]> {
  const name = `${model.identity.name}@${model.identity.version}`;
  const embedded = [...entries];
  const missing = embedded.flatMap(({ vector }, index) => (vector?.model === name ? [] : [index]));
  for (let start = 0; start < missing.length; start += model.maxBatch) {
    const some = missing.slice(start, start + model.maxBatch);
    const texts = some.map((index) => wordsOf((embedded[index] as HistoryEntry).problem));
    const vectors = await model.embed(texts, 'document');
    for (const [order, index] of some.entries()) {
      const bytes = Buffer.from((vectors[order] as Float32Array).buffer);
      embedded[index] = {
        ...(embedded[index] as HistoryEntry),
        vector: { model: name, base64: bytes.toString('base64') },
      };
    }
  }
  return embedded;
}

export type Similar = { readonly entry: HistoryEntry; readonly score: number };

/** Less alike than this, two errors have only their form in common. */
const leastAlike = 0.5;

/** Earlier problems that are gone and like this one, the most alike first; those whose fix is known before others. */
export function similarTo(entries: readonly HistoryEntry[], problem: Problem, most = 3): Similar[] {
  const own = entries.find((entry) => entry.problem.id === problem.id)?.vector;
  if (!own) return [];
  const vector = floats(own.base64);
  return entries
    .filter((entry) => !entry.open && entry.vector?.model === own.model)
    .map((entry) => ({ entry, score: dot(vector, floats(entry.vector?.base64 ?? '')) }))
    .filter(({ score }) => score >= leastAlike)
    .toSorted((a, b) => Number(Boolean(b.entry.fix)) - Number(Boolean(a.entry.fix)) || b.score - a.score)
    .slice(0, most);
}

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
