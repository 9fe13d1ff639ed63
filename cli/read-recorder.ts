import { recordBehaviour } from '#commands/behaviour';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Actor } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import { newId } from '#platform/ids';
import type { Logger } from '#platform/log';

/** Reads are history too: takes note of them without making the reader wait. */
export type ReadRecorder = {
  record(actor: Actor, entry: BehaviourEntry): void;
  /** Takes note that somebody without a valid session or token was refused. */
  recordRefusal(method: string, path: string): void;
  stop(): Promise<void>;
};

const batchSize = 100;
const pauseMs = 1000;

const anonymous: Actor = { kind: 'person', id: 'anonymous' };
/** Refusals noted a second, at the most. */
const mostRefusals = 20;

/** Writes what was noted once a second, or sooner when a batch is full. What cannot be written now is tried again. */
export function createReadRecorder(store: EventStore, log: Logger): ReadRecorder {
  const noted = new Map<string, { actor: Actor; entries: BehaviourEntry[] }>();
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    for (const [userId, { actor, entries }] of noted) {
      const batch = entries.slice(0, batchSize);
      const commandId = newId();
      const occurredAt = new Date().toISOString();
      const context = { commandId, actor, correlationId: commandId, causationId: commandId, occurredAt };
      await recordBehaviour(store, batch, context);
      // Only what is in the log is let go; new entries may have come meanwhile.
      const rest = (noted.get(userId)?.entries ?? []).slice(batch.length);
      if (rest.length > 0) noted.set(userId, { actor, entries: rest });
      else noted.delete(userId);
    }
  }
  const flush = () => {
    if (noted.size === 0) return writing;
    writing = writing.then(write).catch((error) => log.error({ err: error }, 'reads could not be recorded'));
    return writing;
  };
  const timer = setInterval(flush, pauseMs);
  timer.unref();

  function record(actor: Actor, entry: BehaviourEntry): void {
    const entries = noted.get(actor.id)?.entries ?? [];
    noted.set(actor.id, { actor, entries: [...entries, entry] });
    if (entries.length + 1 >= batchSize) void flush();
  }

  return {
    record,
    recordRefusal(method, path) {
      // Anyone can be refused, as often as they like: they must not fill the log by it.
      if ((noted.get(anonymous.id)?.entries.length ?? 0) >= mostRefusals) return;
      const subject = `${method} ${path}`.slice(0, 300);
      record(anonymous, { action: 'refused', subject, occurredAt: new Date().toISOString() });
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
