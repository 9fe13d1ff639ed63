import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import { connectPostgres, type PostgresClient } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { createLeases } from '#projections/runner/postgres/leases';
import { createParkedEvents, type NewParkedEvent } from '#projections/runner/postgres/parked-events';
import { FencedError } from '#projections/runner/read-model-store';
import { until } from '../../support/until.ts';
import { type PostgresTarget, startTarget } from '../postgres/target.ts';

let target: PostgresTarget;
let client: PostgresClient;
beforeAll(async () => {
  target = await startTarget();
  await migrateControlPlane(target);
  client = connectPostgres(target.url, createLogger('contract', 'fatal'));
});
afterAll(async () => {
  await client.close();
  await target.stop();
});

describe('leases', () => {
  const leasesOf = (holder: string) => createLeases(client.db, holder);
  const soon = 0.05;

  test('one holder has it; its token grows each time it is taken', async () => {
    const unit = randomUUID();
    const [one, two] = [leasesOf('one'), leasesOf('two')];
    expect(await one.acquire(unit, 60)).toBe(1n);
    expect(await two.acquire(unit, 60)).toBeUndefined();
    expect(await one.renew(unit, 1n, 60)).toBe(true);
    await one.release(unit, 1n);
    expect(await one.renew(unit, 1n, 60)).toBe(false);
    expect(await two.acquire(unit, 60)).toBe(2n);
    await one.release(unit, 1n);
    expect(await one.acquire(unit, 60)).toBeUndefined();
    expect(await two.renew(unit, 1n, 60)).toBe(false);
    expect(await one.renew(unit, 2n, 60)).toBe(false);
  });

  test('one that has run out is free, and not renewed; who had it takes it by a new token', async () => {
    const unit = randomUUID();
    const [one, two] = [leasesOf('one'), leasesOf('two')];
    await one.acquire(unit, soon);
    await until('the lease runs out', async () => (await two.acquire(unit, soon)) === 2n);
    expect(await one.renew(unit, 1n, 60)).toBe(false);
    expect(await until('that of the other too', () => one.acquire(unit, soon))).toBe(3n);
    // Nobody else was there; it is a new lease all the same.
    await until('it has run out again', async () => !(await one.renew(unit, 3n, 0)));
    expect(await one.acquire(unit, 60)).toBe(4n);
  });

  test('of many that ask at once one gets it', async () => {
    const unit = randomUUID();
    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, index) => leasesOf(`holder ${index}`).acquire(unit, 60)),
    );
    expect(tokens.filter((token) => token !== undefined)).toEqual([1n]);
  });
});

describe('parked events', () => {
  const parkedEvent = (projection: string, stream: string, position: bigint): NewParkedEvent => ({
    ...{ projection, generation: 1, stream, position, revision: position, type: 'Happened' },
    ...{ eventId: randomUUID(), error: 'broken', attempts: 3, isCause: true },
  });

  test('are kept by stream in the order of the log, and let go', async () => {
    const projection = randomUUID();
    const parked = createParkedEvents(client.db);
    const positions = async (stream?: string) =>
      (await parked.parkedOf(projection, 1, stream)).map(({ position }) => position);
    await parked.park([]);
    await parked.park([
      parkedEvent(projection, 'b-1', 12n),
      parkedEvent(projection, 'a-1', 100n),
      parkedEvent(projection, 'a-1', 9n),
      { ...parkedEvent(projection, 'a-1', 9n), generation: 2 },
    ]);
    await parked.park([{ ...parkedEvent(projection, 'a-1', 9n), attempts: 4, error: 'still broken' }]);
    expect(await positions()).toEqual([9n, 12n, 100n]);
    expect(await positions('a-1')).toEqual([9n, 100n]);
    expect((await parked.parkedOf(projection, 1))[0]).toMatchObject({
      ...{ attempts: 4, error: 'still broken', parkedAt: expect.any(Date) },
    });
    expect(await parked.streams(projection, 1)).toEqual(new Set(['a-1', 'b-1']));
    expect((await parked.counts()).filter((each) => each.projection === projection)).toEqual(
      expect.arrayContaining([
        { projection, generation: 1, events: 3, streams: 2 },
        { projection, generation: 2, events: 1, streams: 1 },
      ]),
    );
    expect(await parked.remove(projection, 1, 12n)).toBe(true);
    expect(await parked.remove(projection, 1, 12n)).toBe(false);
    expect(await parked.release(projection, 1, 'a-1', 99n)).toBe(1);
    expect(await positions()).toEqual([100n]);
    expect(await parked.release(projection, 1, 'a-1')).toBe(1);
    await parked.forget(projection, 2);
    expect((await parked.counts()).filter((each) => each.projection === projection)).toEqual([]);
  });

  test('one that is parked again is parked anew: at another time, with its error and as the cause', async () => {
    const projection = randomUUID();
    const parked = createParkedEvents(client.db);
    await parked.park([{ ...parkedEvent(projection, 's-1', 1n), isCause: false, error: '', attempts: 0 }]);
    const [before] = await parked.parkedOf(projection, 1);
    await parked.park([parkedEvent(projection, 's-1', 1n)]);
    const [after] = await parked.parkedOf(projection, 1);
    expect(after).toMatchObject({ isCause: true, error: 'broken', attempts: 3 });
    expect(after?.parkedAt).not.toEqual(before?.parkedAt);
  });

  test('are parked under a lease only until somebody else has taken it', async () => {
    const projection = randomUUID();
    const unit = randomUUID();
    const parked = createParkedEvents(client.db);
    const [one, two] = [createLeases(client.db, 'one'), createLeases(client.db, 'two')];
    const token = await until('the lease is taken', () => one.acquire(unit, 0));
    await parked.park([parkedEvent(projection, 's-1', 1n)], { unit, token });
    await until('it is taken over', () => two.acquire(unit, 60));
    await expect(parked.park([parkedEvent(projection, 's-1', 2n)], { unit, token })).rejects.toThrow(
      FencedError,
    );
    expect(await parked.parkedOf(projection, 1)).toMatchObject([{ position: 1n }]);
    // What nobody has leased has nobody to take it over.
    await parked.park([parkedEvent(projection, 's-1', 3n)], { unit: randomUUID(), token });
    expect(await parked.release(projection, 1, 's-1')).toBe(2);
  });

  test('may be very many', async () => {
    const projection = randomUUID();
    const parked = createParkedEvents(client.db);
    await parked.park(Array.from({ length: 7000 }, (_, at) => parkedEvent(projection, 's-1', BigInt(at))));
    expect(await parked.release(projection, 1, 's-1')).toBe(7000);
  });
});
