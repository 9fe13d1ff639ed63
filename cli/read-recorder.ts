import { recordBehaviour } from '#commands/behaviour';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Actor } from '#domain/event';
import { type EventStore, EventStoreUnavailableError } from '#platform/event-store';
import type { CommandContext } from '#platform/handle-command';
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

/** What goes into the log together. Its id and moment stay what they are, so that a repeat does not count twice. */
type Batch = { readonly entries: readonly BehaviourEntry[]; readonly context: CommandContext };

/** Writes what was noted once a second, or sooner when a batch is full. What cannot be written now is tried again. */
export function createReadRecorder(store: EventStore, log: Logger): ReadRecorder {
  const noted = new Map<string, { actor: Actor; entries: BehaviourEntry[] }>();
  const unwritten = new Set<Batch>();
  let writing = Promise.resolve();

  function formBatches(): void {
    for (const { actor, entries } of noted.values()) {
      for (let start = 0; start < entries.length; start += batchSize) {
        const commandId = newId();
        const occurredAt = new Date().toISOString();
        const context = { commandId, actor, correlationId: commandId, causationId: commandId, occurredAt };
        unwritten.add({ entries: entries.slice(start, start + batchSize), context });
      }
    }
    noted.clear();
  }

  /** Resolves with false if the log is away. */
  async function writeBatches(): Promise<boolean> {
    for (const batch of unwritten) {
      try {
        await recordBehaviour(store, batch.entries, batch.context);
        unwritten.delete(batch);
      } catch (error) {
        log.error({ err: error }, 'reads could not be recorded');
        if (error instanceof EventStoreUnavailableError) return false;
      }
    }
    return true;
  }

  async function write(): Promise<void> {
    // What is noted while the log is away waits as it is: so the limit on refusals holds for all of that time.
    if (!(await writeBatches())) return;
    formBatches();
    await writeBatches();
  }
  const flush = () => {
    if (noted.size > 0 || unwritten.size > 0) writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(flush, pauseMs);
  timer.unref();

  function record(actor: Actor, entry: BehaviourEntry): void {
    const entries = noted.get(actor.id)?.entries ?? [];
    entries.push(entry);
    noted.set(actor.id, { actor, entries });
    if (entries.length === batchSize) void flush();
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
