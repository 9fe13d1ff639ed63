import type { ReadCache } from '#platform/ports';
import type { CacheProjection } from '../projection.ts';
import { generationPointer, generationPrefix } from './keys.ts';
import { CheckpointMovedError, type Sink } from './sink.ts';

/** A projection's keys and its checkpoint in one cache, written together by a checked commit. */
export function cacheSink(cache: ReadCache, projection: CacheProjection): Sink {
  const { name, version } = projection;
  // A version's keys never mix with another's: the generation is the version until rebuilds make more of them.
  const prefix = generationPrefix(name, version);
  const checkpoint = `${prefix}checkpoint`;

  return {
    async open() {
      const position = await cache.get(checkpoint);
      if (position !== undefined) return BigInt(position);
      await cache.commit({
        checks: [{ key: checkpoint, equals: undefined }],
        sets: [
          { key: checkpoint, value: '-1' },
          { key: generationPointer(name), value: String(version) },
        ],
      });
      return BigInt((await cache.get(checkpoint)) ?? -1n);
    },
    async commit(events, from, upTo) {
      const changes = await projection.apply((keys) => cache.getMany(keys), prefix, events);
      const sets = [{ key: checkpoint, value: String(upTo) }];
      const deletes: string[] = [];
      for (const [key, value] of changes) {
        if (value === undefined) deletes.push(key);
        else sets.push({ key, value });
      }
      const done = await cache.commit({ checks: [{ key: checkpoint, equals: String(from) }], sets, deletes });
      if (!done) throw new CheckpointMovedError(`The checkpoint of ${name} is not at ${from}.`);
    },
    isTransient: () => true,
  };
}
