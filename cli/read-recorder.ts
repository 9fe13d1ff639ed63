import { recordBehaviour } from '#commands/behaviour';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Actor } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import { newId } from '#platform/ids';
import type { Logger } from '#platform/log';

/** Reads are history too: takes note of them without making the reader wait. */
export type ReadRecorder = { record(actor: Actor, entry: BehaviourEntry): void; stop(): Promise<void> };

const batchSize = 100;
const pauseMs = 1000;

/** Writes what was noted once a second, or sooner when a batch is full. What cannot be written now is kept for later. */
export function createReadRecorder(store: EventStore, log: Logger): ReadRecorder {
  const noted = new Map<string, { actor: Actor; entries: BehaviourEntry[] }>();
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    for (const [userId, { actor, entries }] of noted) {
      noted.delete(userId);
      for (let start = 0; start < entries.length; start += batchSize) {
        const commandId = newId();
        const context = { commandId, actor, correlationId: commandId, causationId: commandId };
        await recordBehaviour(store, entries.slice(start, start + batchSize), {
          ...context,
          occurredAt: new Date().toISOString(),
        });
      }
    }
  }
  const flush = () => {
    if (noted.size === 0) return writing;
    writing = writing.then(write).catch((error) => log.error({ err: error }, 'reads could not be recorded'));
    return writing;
  };
  const timer = setInterval(flush, pauseMs);
  timer.unref();

  return {
    record(actor, entry) {
      const entries = noted.get(actor.id)?.entries ?? [];
      noted.set(actor.id, { actor, entries: [...entries, entry] });
      if (entries.length + 1 >= batchSize) void flush();
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
