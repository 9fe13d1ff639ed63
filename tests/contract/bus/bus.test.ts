import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Bus,
  BusClosedError,
  MessageTooLargeError,
  NoResponderError,
  RemoteError,
  RequestTimeoutError,
  ResponderGoneError,
} from '#platform/ports';
import { createMemoryBus } from '../../../engines/bus/memory-bus.ts';
import { connectNatsBus } from '../../../engines/bus/nats-bus.ts';
import { findProgram, type PrivateServer, startPrivateServer } from '../../engines/private-server.ts';

type OnError = (error: unknown, subject: string) => void;

function suite(open: (onError: OnError) => Promise<Bus>): void {
  let bus: Bus;
  const onError = vi.fn<OnError>();
  beforeEach(async () => {
    onError.mockClear();
    bus = await open(onError);
  });
  afterEach(() => bus.close());
  const brief = { timeoutMs: 10_000 };

  test('a subscriber hears what matches, in order, with its subject', async () => {
    const heard: unknown[] = [];
    await bus.subscribe('case.*.uploaded', (data, subject) => heard.push([subject, data]));
    const all: string[] = [];
    await bus.subscribe('case.>', (_, subject) => all.push(subject));
    await bus.publish('case.1.uploaded', { n: 1, text: 'Ünïcödé', list: [null, true], nothing: undefined });
    await bus.publish('case.1.pages.uploaded', 0);
    await bus.publish('case', 'neither');
    await bus.publish('case.2.uploaded', undefined);
    await vi.waitFor(() => expect(all).toHaveLength(3), { timeout: 20_000 });
    await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 20_000 });
    expect(heard).toEqual([
      ['case.1.uploaded', { n: 1, text: 'Ünïcödé', list: [null, true] }],
      ['case.2.uploaded', null],
    ]);
    expect(all).toEqual(['case.1.uploaded', 'case.1.pages.uploaded', 'case.2.uploaded']);
  });

  test('a slow handler gets its messages one at a time, in order; a broken one is reported and goes on', async () => {
    const log: string[] = [];
    await bus.subscribe('steps', async (data) => {
      log.push(`start ${data}`);
      await new Promise(setImmediate);
      log.push(`end ${data}`);
      if (data === 1) throw new Error('broken');
    });
    for (const n of [0, 1, 2]) await bus.publish('steps', n);
    await vi.waitFor(() => expect(log).toHaveLength(6), { timeout: 20_000 });
    expect(log).toEqual(['start 0', 'end 0', 'start 1', 'end 1', 'start 2', 'end 2']);
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ message: 'broken' }), 'steps']]);
  });

  test('nobody shares an object by accident', async () => {
    const sent = { list: [1] };
    const received: unknown[] = [];
    for (let at = 0; at < 2; at += 1) await bus.subscribe('shared', (data) => received.push(data));
    await bus.publish('shared', sent);
    sent.list.push(2);
    await vi.waitFor(() => expect(received).toEqual([{ list: [1] }, { list: [1] }]), { timeout: 20_000 });
    expect(received[0]).not.toBe(received[1]);
  });

  test('unsubscribing ends it, when the handler in flight is done', async () => {
    const gate = Promise.withResolvers<void>();
    const done: unknown[] = [];
    const started = Promise.withResolvers<void>();
    const unsubscribe = await bus.subscribe('gone', async (data) => {
      started.resolve();
      await gate.promise;
      done.push(data);
    });
    await bus.publish('gone', 1);
    await started.promise;
    const ended = unsubscribe();
    gate.resolve();
    await ended;
    expect(done).toEqual([1]);
    await bus.publish('gone', 2);
    await bus.subscribe('gone', (data) => done.push(data));
    await bus.publish('gone', 3);
    await vi.waitFor(() => expect(done).toEqual([1, 3]), { timeout: 20_000 });
  });

  test('a request is answered; data and answer may be null', async () => {
    await bus.respond('double', { queue: 'workers' }, (data) => Number(data) * 2);
    await bus.respond('nothing', { queue: 'workers' }, () => undefined);
    expect(await bus.request('double', 21, brief)).toBe(42);
    expect(await bus.request('nothing', undefined, brief)).toBeNull();
  });

  test('responders with one queue name share the requests', async () => {
    const counts = [0, 0];
    for (const at of [0, 1]) {
      await bus.respond('shared', { queue: 'workers' }, () => {
        counts[at] = (counts[at] ?? 0) + 1;
        return at;
      });
    }
    await Promise.all(Array.from({ length: 200 }, () => bus.request('shared', null, brief)));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(200);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test('a responder works on as many requests at a time as told', async () => {
    for (const concurrency of [1, 3]) {
      let running = 0;
      let most = 0;
      const stop = await bus.respond(`limited-${concurrency}`, { queue: 'w', concurrency }, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      });
      await Promise.all(Array.from({ length: 9 }, () => bus.request(`limited-${concurrency}`, null, brief)));
      expect(most).toBe(concurrency);
      await stop();
    }
  });

  test("the responder's error reaches the requester by name and message", async () => {
    await bus.respond('broken', { queue: 'w' }, () => {
      throw new RangeError('the model is not loaded');
    });
    const error = await bus.request('broken', null, brief).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ message: 'the model is not loaded', remoteName: 'RangeError' });
    // An answer that looks like an error is an answer.
    await bus.respond('odd', { queue: 'w' }, () => ({ name: 'Error', message: 'not one' }));
    expect(await bus.request('odd', null, brief)).toEqual({ name: 'Error', message: 'not one' });
  });

  test('nobody there, too slow, and called off are told apart', async () => {
    await bus.subscribe('deaf', () => 'a subscriber answers nothing');
    const never = Promise.withResolvers<void>();
    await bus.respond('slow', { queue: 'w', concurrency: 9 }, () => never.promise);
    await expect(bus.request('absent', null, brief)).rejects.toBeInstanceOf(NoResponderError);
    await expect(bus.request('slow', null, { timeoutMs: 30 })).rejects.toBeInstanceOf(RequestTimeoutError);
    const controller = new AbortController();
    const pending = bus.request('slow', null, { ...brief, signal: controller.signal });
    const reason = new Error('the person left');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(bus.request('slow', null, { ...brief, signal: controller.signal })).rejects.toBe(reason);
    never.resolve();
  });

  test('after it has stopped, a responder is not asked again', async () => {
    const stop = await bus.respond('brief', { queue: 'w' }, () => 'here');
    expect(await bus.request('brief', null, brief)).toBe('here');
    await stop();
    await expect(bus.request('brief', null, brief)).rejects.toBeInstanceOf(NoResponderError);
  });

  test('closing lets what was taken finish, then refuses', async () => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const done: string[] = [];
    await bus.subscribe('work', async () => {
      started.resolve();
      await gate.promise;
      done.push('finished');
    });
    await bus.publish('work', null);
    await started.promise;
    const closed = bus.close();
    gate.resolve();
    await closed;
    expect(done).toEqual(['finished']);
    await expect(bus.publish('work', null)).rejects.toBeInstanceOf(BusClosedError);
    await expect(bus.request('work', null, brief)).rejects.toBeInstanceOf(BusClosedError);
    await expect(bus.subscribe('work', () => undefined)).rejects.toBeInstanceOf(BusClosedError);
    await bus.close();
  });

  test('closing lets a request that was taken be answered', async () => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    await bus.respond('long', { queue: 'w' }, async () => {
      started.resolve();
      await gate.promise;
      return 'done';
    });
    const answer = bus.request('long', null, brief);
    await started.promise;
    const closed = bus.close();
    gate.resolve();
    expect(await answer).toBe('done');
    await closed;
  });

  test('bad subjects and too large messages are refused before they are sent', async () => {
    for (const subject of ['', 'a b', 'a..b', '.a', 'a.', 'a.*', '>', 'a\r\nPUB x 0']) {
      await expect(bus.publish(subject, null)).rejects.toBeInstanceOf(TypeError);
    }
    for (const pattern of ['', 'a.>.b', '>.a', 'a b', 'a..*']) {
      await expect(bus.subscribe(pattern, () => undefined)).rejects.toBeInstanceOf(TypeError);
    }
    await expect(bus.publish('big', 'x'.repeat(1024 * 1024))).rejects.toBeInstanceOf(MessageTooLargeError);
    await bus.respond('echo', { queue: 'w' }, (data) => data);
    const large = 'x'.repeat(1024 * 1024 - 2);
    expect(await bus.request('echo', large, brief)).toBe(large);
  });

  test('it says what it is', async () => {
    expect(await bus.info()).toEqual({
      engine: expect.stringMatching(/./),
      version: expect.stringMatching(/^v?\d+\./),
      where: expect.stringMatching(/./),
    });
  });
}

describe('Bus, in memory', () => {
  suite(async (onError) => createMemoryBus({ onError }));
});

const url = process.env.NATS_URL;
const program = url === undefined ? findProgram('nats-server') : undefined;

if (url === undefined && program === undefined) {
  test('Bus on NATS was NOT run: neither NATS_URL nor a nats-server program', () => undefined);
} else {
  describe('Bus, NATS', () => {
    let server: PrivateServer | undefined;
    beforeAll(async () => {
      if (program === undefined) return;
      server = await startPrivateServer(program, (port) => ['-a', '127.0.0.1', '-p', String(port)]);
    });
    afterAll(() => server?.stop());
    const address = () => url ?? `nats://127.0.0.1:${server?.port}`;
    suite((onError) => connectNatsBus({ url: address(), onError }));

    describe('with quick beats', () => {
      const open = () => connectNatsBus({ url: address(), onError: () => undefined, beatMs: 100 });
      const long = { timeoutMs: 60_000 };

      test('a responder that is killed with a request in hand is noticed long before the timeout', async () => {
        const killed = await connect({ servers: address() });
        killed.subscribe('cut.off', { queue: 'w', callback: () => undefined });
        await killed.flush();
        const bus = await open();
        await expect(bus.request('cut.off', null, long)).rejects.toBeInstanceOf(ResponderGoneError);
        await bus.close();
        await killed.close();
      });

      test('one that works long, and the one that waits for its turn, are waited for', async () => {
        const bus = await open();
        await bus.respond('long', { queue: 'w' }, () => delay(1000, 'done'));
        const answers = await Promise.all([1, 2].map(() => bus.request('long', null, long)));
        expect(answers).toEqual(['done', 'done']);
        await bus.close();
      });
    });
  });
}

test('a NATS that cannot be reached is an error at once, not a hang', async () => {
  await expect(connectNatsBus({ url: 'nats://127.0.0.1:1', onError: () => undefined })).rejects.toThrow();
});
