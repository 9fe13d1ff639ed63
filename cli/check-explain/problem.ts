import { createHash } from 'node:crypto';
import { z } from 'zod';

export const checkNames = ['lint', 'types', 'web-types', 'imports', 'unit'] as const;
export type CheckName = (typeof checkNames)[number];

/** One thing that a check found wrong. */
export const problemSchema = z.object({
  /** The same for the same problem, wherever in its file it has moved to. */
  id: z.string(),
  check: z.enum(checkNames),
  /** From the root of the project; empty where the check names none. */
  file: z.string(),
  line: z.number().int().optional(),
  /** The check's own name for it: `TS2322`, `lint/correctness/noUnusedImports`, the name of a test. */
  rule: z.string(),
  message: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** More would only hide the cause. */
const longestMessage = 1500;

export function problemOf(found: Omit<Problem, 'id' | 'line'> & { line?: number | undefined }): Problem {
  const { check, file, line, rule } = found;
  const message = found.message.trim().slice(0, longestMessage);
  const told = [check, file, rule, message.replace(/\d+/g, '#')];
  const id = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
  return { id, check, file, ...(line !== undefined && { line }), rule, message };
}

/** What two problems are compared by: their words, not where they stand. */
export const wordsOf = ({ check, rule, message }: Problem): string => `${check} ${rule}\n${message}`;

/** `file:line`, as far as it is known. */
export const placeOf = ({ file, line }: Problem): string => (line === undefined ? file : `${file}:${line}`);
