import type { RecordedEvent } from '#domain/event';
import type { ScanBatch } from '#platform/event-store';
import type { Clock } from './clock.ts';
import type { Filler } from './filler.ts';
import { StoreAwayError } from './partition-filler.ts';

/** `filled`: up to the end of the scan. `left`: it has to go on by another scan, after its checkpoint. */
export type LaneEnd = 'filled' | 'left';

/** A filler that takes part in a scan with others. Gathers a batch while the one before is folded and committed. */
export type LaneMember = {
  readonly filler: Filler;
  /** Resolves, or rejects if the generation cannot be filled, when nothing of it is in hand any more. */
  readonly ended: Promise<LaneEnd>;
  /** False once it takes nothing more. */
  isIn(): boolean;
  offer(batch: ScanBatch): void;
  /** True while a batch waits for the one before it. */
  isFull(): boolean;
  /** Resolves when it is not full any more, or out. */
  room(): Promise<void>;
  /** When it ran out of work; undefined while it is at work. */
  idleSince(): number | undefined;
  /** Takes nothing more; what is in hand is finished, what waits is let go. */
  leave(): void;
  /** The scan is over: works off what waits. */
  finish(): void;
  fail(error: unknown): void;
};

/** Bytes of the wire in a batch, about. */
const batchBytes = 16 * 1024 * 1024;
/** As `EventStore.scan` closes its batches: no event of one is larger, on the average, than this by their number. */
const scanBatchBytes = 2 * 1024 * 1024;
/** Batches of the scan after which a checkpoint is written in any case, though few events were for this target. */
const mostScanned = 100;

/** @param batchEvents events in a batch, at the most */
export function createLaneMember(filler: Filler, batchEvents: number, clock: Clock): LaneMember {
  const ended = Promise.withResolvers<LaneEnd>();
  let state: 'in' | 'finishing' | 'out' = 'in';
  let waiting: RecordedEvent[] = [];
  let waitingBytes = 0;
  let waitingScanned = 0;
  let upTo = filler.position();
  let working = false;
  let idleSince: number | undefined = clock.now();
  let room = Promise.withResolvers<void>();

  const isDue = () =>
    waiting.length >= batchEvents || waitingBytes >= batchBytes || waitingScanned >= mostScanned;

  function leave(end: () => void): void {
    if (state === 'out') return;
    state = 'out';
    waiting = [];
    room.resolve();
    if (working) onIdle = end;
    else end();
  }
  let onIdle: (() => void) | undefined;

  async function work(): Promise<void> {
    working = true;
    idleSince = undefined;
    while (state === 'finishing' || (state === 'in' && isDue())) {
      const [events, to] = [waiting, upTo];
      waiting = [];
      waitingBytes = 0;
      waitingScanned = 0;
      room.resolve();
      room = Promise.withResolvers();
      try {
        await filler.process(events, to);
      } catch (error) {
        leave(() => (error instanceof StoreAwayError ? ended.resolve('left') : ended.reject(error)));
      }
      if (state === 'finishing' && upTo <= to) leave(() => ended.resolve('filled'));
    }
    working = false;
    idleSince = clock.now();
    onIdle?.();
  }

  return {
    filler,
    ended: ended.promise,
    isIn: () => state === 'in',
    offer(batch) {
      if (state !== 'in') return;
      const events = batch.events.filter(({ type }) => filler.types.has(type));
      for (const event of events) waiting.push(event);
      waitingBytes += (events.length * scanBatchBytes) / Math.max(1, batch.events.length);
      waitingScanned++;
      upTo = batch.upTo;
      if (!working && isDue()) void work();
    },
    isFull: () => state === 'in' && working && isDue(),
    room: () => room.promise,
    idleSince: () => idleSince,
    leave: () => leave(() => ended.resolve('left')),
    finish() {
      if (state !== 'in') return;
      state = 'finishing';
      if (!working) void work();
    },
    fail: (error) => leave(() => ended.reject(error)),
  };
}
