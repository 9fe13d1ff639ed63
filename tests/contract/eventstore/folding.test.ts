import { expect, test } from 'vitest';
import type { Decider } from '#domain/decider';
import type { DomainEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import { foldStream, handleCommand } from '#platform/handle-command';
import { numberOf, openLog } from './application-log.ts';
import { contractServer, unique } from './server.ts';

/** How streams are folded for commands: whole, and of long ones only what came since. */
const server = contractServer();

type Add = { readonly type: 'Add'; readonly number: number };
type Sum = { readonly sum: number; readonly events: number };

/** A log with a count of the events that were read from it, and a decider that adds up; nothing above 10 000. */
function summing() {
  const { store: log, type, event } = openLog(server.url);
  let read = 0;
  const store: EventStore = {
    ...log,
    async *readStream(stream, from) {
      for await (const each of log.readStream(stream, from)) {
        read++;
        yield each;
      }
    },
  };
  const decider: Decider<Sum, Add, DomainEvent> = {
    initialState: { sum: 0, events: 0 },
    evolve: ({ sum, events }, each) => ({ sum: sum + numberOf(each), events: events + 1 }),
    decide: ({ number }, { sum }) => (sum + number > 10_000 ? [] : [{ type, data: { number } }]),
  };
  const add = (stream: string, number: number, commandId: string) =>
    handleCommand(
      store,
      decider,
      stream,
      { type: 'Add', number },
      {
        commandId,
        actor: { kind: 'person', id: 'ada' },
        correlationId: 'a correlation',
        causationId: 'a cause',
        occurredAt: '2026-11-22T10:00:00.000Z',
      },
    );
  /** How many events are read while something is done. */
  async function readIn<Result>(work: () => Promise<Result>): Promise<{ read: number; result: Result }> {
    const before = read;
    const result = await work();
    return { read: read - before, result };
  }
  async function longStream(events: number): Promise<string> {
    const stream = unique('case');
    await log.append(
      stream,
      Array.from({ length: events }, () => event(1)),
      'no-stream',
    );
    return stream;
  }
  return { log, store, event, decider, add, readIn, longStream };
}

test('of a long stream each command reads only what it has not seen', async () => {
  const { add, readIn, longStream } = summing();
  const stream = await longStream(100);
  expect((await readIn(() => add(stream, 1, 'first'))).read).toBe(100);
  for (const id of ['second', 'third', 'fourth']) {
    const { read, result } = await readIn(() => add(stream, 1, id));
    expect(read).toBe(1);
    expect(result.written).toBe(1);
  }
});

test('the state is that of the whole stream, whoever else has written meanwhile', async () => {
  const { log, store, event, decider, add, longStream } = summing();
  const stream = await longStream(100);
  await add(stream, 1, 'first');
  await log.append(stream, [event(20), event(30)], 'any');
  expect((await add(stream, 2, 'second')).state).toEqual({ sum: 153, events: 104 });
  expect(await foldStream(store, decider, stream)).toEqual({ sum: 153, events: 104 });
  // At once, they race for the revision.
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => add(stream, 1, id)));
  expect(await foldStream(store, decider, stream)).toEqual({ sum: 157, events: 108 });
});

test('a command that was handled long ago is still known', async () => {
  const { add, longStream } = summing();
  const stream = await longStream(40);
  const first = await add(stream, 5, 'first');
  for (let number = 0; number < 10; number++) await add(stream, 1, `later-${number}`);
  const again = await add(stream, 5, 'first');
  expect(again).toMatchObject({ written: 0, repeated: true, position: first.position });
  expect(again.state).toEqual({ sum: 55, events: 51 });
});

test('what one decider has folded is not given to another', async () => {
  const { store, decider, add, longStream } = summing();
  const stream = await longStream(50);
  await add(stream, 1, 'first');
  const counting = { initialState: 0, evolve: (count: number) => count + 1 };
  expect(await foldStream(store, counting, stream)).toBe(51);
  expect(await foldStream(store, decider, stream)).toEqual({ sum: 51, events: 51 });
});

test('a short stream is read whole each time', async () => {
  const { add, readIn, longStream } = summing();
  const stream = await longStream(3);
  await add(stream, 1, 'first');
  expect((await readIn(() => add(stream, 1, 'second'))).read).toBe(4);
});
