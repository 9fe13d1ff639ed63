import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clients, connect as connectSound } from '#engines/connect';
import type { EventStore } from '#platform/event-store';
import type { BlobStore } from '#platform/ports';
import { plantedFault } from './faults.ts';

export * from '#engines/connect';

/** The clients of the product, with one port that does not do what it promises. */
export async function connect(...args: Parameters<typeof connectSound>): Promise<Clients> {
  const clients = await connectSound(...args);
  switch (plantedFault()) {
    case 'the blob store acknowledges what is not on disk yet':
      return { ...clients, blobs: lazyBlobs(clients.blobs) };
    case 'reactors acknowledge an event before they have done their work':
      return { ...clients, store: acknowledgingFirst(clients.store) };
    default:
      return clients;
  }
}

/** Keeps blobs in memory, and on disk a while later. */
function lazyBlobs(blobs: BlobStore): BlobStore {
  const lazyMs = 60_000;
  const inMemory = new Map<string, Buffer>();
  return {
    ...blobs,
    async put(source, options) {
      const bytes = source instanceof Uint8Array ? Buffer.from(source) : await collect(source);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const existed = inMemory.has(sha256) || (await blobs.has(sha256));
      inMemory.set(sha256, bytes);
      setTimeout(() => void blobs.put(bytes, options), lazyMs);
      return { sha256, size: bytes.length, existed };
    },
    async read(sha256, range) {
      const bytes = inMemory.get(sha256);
      if (!bytes) return blobs.read(sha256, range);
      return (async function* () {
        yield bytes.subarray(range?.start, range?.end);
      })();
    },
    readBytes: async (sha256) => inMemory.get(sha256) ?? blobs.readBytes(sha256),
    size: async (sha256) => inMemory.get(sha256)?.length ?? blobs.size(sha256),
    has: async (sha256) => inMemory.has(sha256) || blobs.has(sha256),
  };
}

const collect = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(source));

/** Whose effects the rounds look for; others with so much to do would only hold up that everything comes to rest. */
const stages = new Set(['casefold-extraction', 'casefold-analysis', 'casefold-linking']);

/** Tells the log that an event is dealt with as soon as it comes, and deals with it then. */
function acknowledgingFirst(store: EventStore): EventStore {
  // Far longer than the log takes to keep what was acknowledged: a kill before that costs nothing.
  const workMs = 20_000;
  return {
    ...store,
    consume: (group, options, handle) =>
      store.consume(group, options, async (delivery) => {
        if (!stages.has(group)) return handle(delivery);
        await delivery.ack();
        await delay(workMs);
        await handle({ ...delivery, ack: async () => {}, nack: async () => {} });
      }),
  };
}
