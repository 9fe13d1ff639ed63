import { expect, test } from 'vitest';
import { GraphLocks, type LockMode } from './locks.ts';

const long = { timeoutMs: 60_000 };

/** Asks for a lock and remembers whether it was given. */
function ask(locks: GraphLocks, mode: LockMode) {
  const asked: { release?: () => void } = {};
  void locks.acquire(mode, long).then((release) => {
    asked.release = release;
  });
  return asked;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('readers and one writer go together; a second writer waits its turn', async () => {
  const locks = new GraphLocks();
  const [reader, first, second, third, late] = (['read', 'write', 'write', 'write', 'read'] as const).map(
    (mode) => ask(locks, mode),
  );
  await settle();
  expect([reader, first, second, third, late].map((asked) => asked?.release !== undefined)).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  first?.release?.();
  // Letting go twice must not let two in.
  first?.release?.();
  await settle();
  expect([second?.release !== undefined, third?.release !== undefined]).toEqual([true, false]);
});

test('a schema change is alone, and nobody overtakes it', async () => {
  const locks = new GraphLocks();
  const reader = ask(locks, 'read');
  const schema = ask(locks, 'schema');
  const late = ask(locks, 'read');
  const writer = ask(locks, 'write');
  await settle();
  expect([schema.release, late.release, writer.release]).toEqual([undefined, undefined, undefined]);
  reader.release?.();
  await settle();
  expect(schema.release).toBeDefined();
  expect([late.release, writer.release]).toEqual([undefined, undefined]);
  schema.release?.();
  await settle();
  expect([late.release, writer.release].includes(undefined)).toBe(false);
});

test('who gives up waiting, by time or by signal, leaves the way free', async () => {
  const locks = new GraphLocks();
  const reader = ask(locks, 'read');
  const controller = new AbortController();
  const schema = locks.acquire('schema', { ...long, signal: controller.signal });
  const behind = ask(locks, 'write');
  controller.abort(new Error('client gone'));
  await expect(schema).rejects.toThrow('client gone');
  await settle();
  expect(behind.release).toBeDefined();
  await expect(locks.acquire('write', { timeoutMs: 5 })).rejects.toMatchObject({
    code: 'Neo.TransientError.Transaction.LockAcquisitionTimeout',
  });
  reader.release?.();
});
