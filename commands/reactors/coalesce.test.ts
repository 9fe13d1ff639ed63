import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { coalescing } from './coalesce.ts';

const event = (position: bigint) => ({ position }) as RecordedEvent;
const never = () => new AbortController().signal;

test('what comes while a run waits is taken into it, the last event counting', async () => {
  const runs: [string, bigint][] = [];
  const join = coalescing(never(), async (key, { position }) => void runs.push([key, position]));
  await Promise.all([
    join('a', event(1n), 1),
    join('b', event(9n), 1),
    join('a', event(3n), 1),
    join('a', event(2n), 1),
  ]);
  expect(runs).toEqual([
    ['a', 3n],
    ['b', 9n],
  ]);
});

test('what comes while it works is taken into the next, and no two work at once', async () => {
  const runs: bigint[] = [];
  let working = 0;
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const join = coalescing(never(), async (_, { position }) => {
    expect(++working).toBe(1);
    runs.push(position);
    begun.resolve();
    await goOn.promise;
    working--;
  });
  const first = join('a', event(1n), 1);
  await begun.promise;
  const later = [join('a', event(2n), 1), join('b', event(4n), 1), join('a', event(3n), 1)];
  goOn.resolve();
  await Promise.all([first, ...later]);
  expect(runs.toSorted()).toEqual([1n, 3n, 4n]);
});

test('a run that fails fails for all that were taken in, and leaves the way free', async () => {
  let isBroken = true;
  const join = coalescing(never(), async () => {
    if (isBroken) throw new Error('away');
  });
  const both = await Promise.allSettled([join('a', event(1n), 1), join('a', event(2n), 1)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isBroken = false;
  await join('a', event(2n), 1);
});

test('the end of the process ends what waits', async () => {
  const stop = new AbortController();
  const join = coalescing(stop.signal, async () => expect.unreachable());
  const waiting = join('a', event(1n), 60_000);
  stop.abort();
  await expect(waiting).rejects.toThrow();
});

test('a run that fails takes nothing of the next with it', async () => {
  const begun = Promise.withResolvers<void>();
  const fail = Promise.withResolvers<void>();
  const runs: bigint[] = [];
  const join = coalescing(never(), async (_, { position }) => {
    runs.push(position);
    if (position !== 1n) return;
    begun.resolve();
    await fail.promise;
    throw new Error('The store is away.');
  });
  const first = join('a', event(1n), 1);
  await begun.promise;
  const next = join('a', event(2n), 1);
  fail.resolve();
  await expect(first).rejects.toThrow('away');
  await next;
  expect(runs).toEqual([1n, 2n]);
});
