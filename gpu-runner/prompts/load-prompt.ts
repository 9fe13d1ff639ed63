import { readFileSync } from 'node:fs';

/**
 * A prompt is a file, `<id>.v<version>.md`, that never changes once an answer was recorded under it: another wording is
 * another version. The file is the whole instruction; what a document says is never part of it.
 */
export type Prompt = { readonly id: string; readonly version: string; readonly system: string };

/** @throws {Error} if there is no such file */
export function loadPrompt(id: string, version: number): Prompt {
  const file = new URL(`./${id}.v${version}.md`, import.meta.url);
  return { id, version: String(version), system: readFileSync(file, 'utf8').trim() };
}
