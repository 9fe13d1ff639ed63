import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Certificate } from '#domain/projection/certificate';
import { createMemoryBus } from '#engines/bus/memory-bus';
import type { Generation } from './read-model-store.ts';
import {
  certificateOf,
  createLeadFixture,
  type LeadFixture,
  projection,
  rebuildOf,
} from './testing/lead-fixture.ts';

const newBus = () => createMemoryBus({ onError: () => {} });

describe('who leads', () => {
  let made: LeadFixture;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    made = createLeadFixture(newBus());
  });

  /** A live generation, and another that was rebuilt and is ready. */
  async function rebuilt(request: object = {}, certificate: Partial<Certificate> = {}) {
    await made.turn();
    made.decide(rebuildOf(request));
    const next = await made.store.create({ version: 1, state: 'building', partitions: 2, rebuildId: 'r1' });
    await made.store.mark(next.generation, 'ready');
    made.decide(certificateOf(next.generation, certificate));
    const [live] = await made.store.generations();
    return { live: live as Generation, next };
  }
  const stateOf = async (generation: number) =>
    (await made.store.generations()).find((each) => each.generation === generation)?.state;

  test('makes the first generation live, and forgets what was parked under its number', async () => {
    const event = {
      stream: 's',
      position: 3n,
      revision: 0n,
      eventId: 'e',
      type: 'A',
      isCause: true,
      attempts: 5,
    };
    await made.parking.park(1, [{ ...event, error: 'of a store that was lost' }], undefined);
    expect(await made.turn()).toMatchObject([{ generation: 1, state: 'live', partitions: 1 }]);
    expect(await made.parking.parked(1)).toEqual([]);
  });

  test('starts a rebuild once, and stops it when it was cancelled', async () => {
    await made.turn();
    made.decide(rebuildOf());
    await made.turn();
    await made.turn();
    expect([made.jobs, made.stopped]).toEqual([['r1'], []]);
    made.decide({ type: 'CancelRebuild', projection });
    await made.turn();
    expect(made.stopped).toEqual(['r1']);
  });

  test('drops what a cancelled rebuild has made', async () => {
    const { next } = await rebuilt({ switch: 'by-hand' });
    made.decide({ type: 'CancelRebuild', projection });
    await made.turn();
    expect(await stateOf(next.generation)).toBeUndefined();
    expect(made.letGo).toEqual([next.generation]);
  });

  test('switches where all partitions stand at the highest position of any', async () => {
    const { live, next } = await rebuilt();
    await made.run(live, 5n);
    await made.run(next, 7n, 4n);
    await made.turn();
    await made.turn();
    expect([...made.positions.values()]).toEqual([7n, 7n, 7n]);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['retired', 'live']);
    expect(made.decided.at(-1)).toEqual({
      type: 'ProjectionSwitched',
      data: { projection, from: 1, to: 2, position: '7' },
    });
  });

  test('waits with a switch while nobody runs one of the partitions', async () => {
    const { live, next } = await rebuilt();
    await made.run(live, 5n);
    const [, second] = await made.run(next, 5n, 5n);
    await second?.();
    await made.turn();
    await made.turn();
    expect(await stateOf(next.generation)).toBe('ready');
    expect(made.types()).not.toContain('ProjectionSwitchRefused');
    await made.run(next, 5n, 5n);
    await made.turn();
    expect(await stateOf(next.generation)).toBe('live');
  });

  test.each([
    ['by hand', { switch: 'by-hand' }, {}],
    ['for a check', { purpose: 'verify' }, {}],
    ['with events parked', {}, { eventsParked: { A: 1 } }],
    [
      'that differs',
      {},
      {
        comparison: {
          generation: 1,
          position: '7',
          entriesCompared: 1,
          equal: false,
          differing: 1,
          differences: [],
        },
      },
    ],
  ])('does not switch by itself to one %s', async (_, request, certificate) => {
    const { live, next } = await rebuilt(request, certificate);
    await made.run(live, 7n);
    await made.run(next, 7n, 7n);
    await made.turn();
    await made.turn();
    expect(await stateOf(live.generation)).toBe('live');
    expect(made.types()).not.toContain('ProjectionSwitchRequested');
  });

  test('records a switch that was made by one that could not say so any more', async () => {
    const { next } = await rebuilt();
    made.decide({ type: 'SwitchProjection', projection, requestId: 's1' });
    await made.store.switchTo(next.generation);
    await made.turn();
    expect(made.decided.at(-1)).toMatchObject({ type: 'ProjectionSwitched', data: { from: 1, to: 2 } });
  });

  test('refuses to go back to a generation that is gone, and says so', async () => {
    const { live, next } = await rebuilt();
    made.decide({ type: 'SwitchProjection', projection, requestId: 's1' });
    await made.store.switchTo(next.generation);
    await made.turn();
    await made.store.drop(live.generation);
    made.decide({ type: 'RollBackProjection', projection, requestId: 's2' });
    await made.turn();
    expect(made.decided.at(-1)).toMatchObject({
      type: 'ProjectionSwitchRefused',
      data: { generation: 1, message: 'There is no generation 1 any more.' },
    });
  });

  test('keeps what was live for as long as was asked for, though a check keeps nothing', async () => {
    const { live, next } = await rebuilt();
    made.decide({ type: 'SwitchProjection', projection, requestId: 's1' });
    await made.store.switchTo(next.generation);
    await made.turn();
    made.decide(rebuildOf({ rebuildId: 'r2', purpose: 'verify', switch: 'by-hand', soakSeconds: 0 }));
    vi.setSystemTime(Date.now() + 1000);
    await made.turn();
    expect(await stateOf(live.generation)).toBe('retired');
  });

  test('drops what was live when its time is over', async () => {
    const { live, next } = await rebuilt();
    made.decide({ type: 'SwitchProjection', projection, requestId: 's1' });
    await made.store.switchTo(next.generation);
    await made.turn();
    vi.setSystemTime(Date.now() + 59_000);
    await made.turn();
    expect(await stateOf(live.generation)).toBe('retired');
    vi.setSystemTime(Date.now() + 2000);
    await made.turn();
    expect(await stateOf(live.generation)).toBeUndefined();
    expect(made.letGo).toEqual([live.generation]);
  });

  test('leaves what was live to the queries that began before the switch, though nobody wants to go back', async () => {
    const { live, next } = await rebuilt({ soakSeconds: 0 });
    made.decide({ type: 'SwitchProjection', projection, requestId: 's1' });
    await made.store.switchTo(next.generation);
    vi.setSystemTime(Date.now() + 9000);
    await made.turn();
    await made.turn();
    expect(await stateOf(live.generation)).toBe('retired');
    vi.setSystemTime(Date.now() + 2000);
    await made.turn();
    expect(await stateOf(live.generation)).toBeUndefined();
  });

  test('asks for a rebuild by newer code, once', async () => {
    made = createLeadFixture(newBus(), 2);
    await made.store.create({ version: 1, state: 'live', partitions: 3 });
    await made.turn();
    await made.turn();
    expect(made.decided).toMatchObject([
      {
        type: 'ProjectionRebuildRequested',
        data: { purpose: 'upgrade', switch: 'when-ready', partitions: 3 },
      },
    ]);
    expect(made.jobs).toHaveLength(1);
  });
});
