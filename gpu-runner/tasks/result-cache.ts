import { createHash } from 'node:crypto';
import type { ReadCache } from '#platform/ports';
import type { GenerationParameters, ModelIdentity } from '../models/model.ts';
import type { Prompt } from '../prompts/load-prompt.ts';

/** Long enough for a rebuilt case to be asked again; what falls out is only asked for once more. */
const ttlSeconds = 30 * 24 * 3600;
/** Larger results are rare, and a cache in memory is no place for them. */
const mostCharacters = 262_144;

/** What decides an answer: the same of all of these, and the model need not be asked. */
export const resultKey = (
  { digest }: ModelIdentity,
  { id, version, system }: Prompt,
  parameters: GenerationParameters,
  input: string,
): string => {
  const parts = JSON.stringify([digest, id, version, system, Object.entries(parameters).sort(), input]);
  return `model-result:${createHash('sha256').update(parts).digest('hex')}`;
};

/** What models wrote, kept so that the same question to the same model costs nothing. A cache that is away is empty. */
export type ResultCache = {
  get(key: string): Promise<string | undefined>;
  put(key: string, output: string): Promise<void>;
};

export const createResultCache = (cache: Pick<ReadCache, 'get' | 'commit'>): ResultCache => ({
  get: (key) => cache.get(key).catch(() => undefined),
  async put(key, value) {
    if (value.length > mostCharacters) return;
    await cache.commit({ sets: [{ key, value, ttlSeconds }] }).catch(() => false);
  },
});
