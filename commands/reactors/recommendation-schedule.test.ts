import { afterEach, expect, test, vi } from 'vitest';
import { audienceSubject, recommendSubject } from '#domain/recommendation/inference';
import { createMemoryBus } from '#engines/bus/memory-bus';
import type { EventStore } from '#platform/event-store';
import { createLogger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { renewAll } from './recommendation-schedule.ts';

const log = createLogger('test', 'silent');
const warn = vi.spyOn(log, 'warn');
const people = ['ada', 'ben', 'cyd'];
const buses: Bus[] = [];
afterEach(async () => {
  warn.mockClear();
  for (const bus of buses.splice(0)) await bus.close();
});

/** A log in which nobody has a list yet. */
const store = {
  headPosition: async () => 5n,
  readStream: async function* () {},
} as unknown as EventStore;

/** Has all renewed while one person's list meets an error; tells whose lists were worked out. */
async function renewing(failing: string, fault: () => Error) {
  const bus = createMemoryBus({ onError: () => undefined });
  buses.push(bus);
  const renewed: string[] = [];
  await bus.respond(audienceSubject, { queue: 'g' }, async () => ({
    audience: people.map((userId) => ({ userId, caseId: 'c' })),
  }));
  await bus.respond(recommendSubject, { queue: 'g' }, async (data) => {
    const { userId } = data as { userId: string };
    if (userId === failing) throw fault();
    renewed.push(userId);
    const model = { name: 'm', version: '1', digest: 'a'.repeat(64), kind: 'built-in' };
    return { model, parameters: {}, recommendations: [] };
  });
  const run = renewAll({ store, bus }, log, new AbortController().signal);
  return { renewed, error: await run.then(() => undefined, String) };
}

test('a list that cannot be worked out keeps nobody else from theirs, and is told with whose it is', async () => {
  const { renewed, error } = await renewing('ada', () => new Error('A number is none.'));
  expect(renewed).toEqual(['ben', 'cyd']);
  expect(error).toBeUndefined();
  expect(warn.mock.calls).toEqual([
    [
      expect.objectContaining({ userId: 'ada', caseId: 'c', err: expect.any(Error) }),
      expect.stringContaining('could not be renewed'),
    ],
  ]);
});

test('what is away is away for everybody: the run ends', async () => {
  const { renewed, error } = await renewing('ben', () => new ServiceUnavailableError('The graph is away.'));
  expect(renewed).toEqual(['ada']);
  expect(error).toContain('The graph is away.');
  expect(warn).not.toHaveBeenCalled();
});
