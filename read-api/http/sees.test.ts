import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { problems } from '#platform/http/problem';
import { createLogger } from '#platform/log';
import { advancedSubject, createPositionWaiter } from '#platform/position-waiter';
import { sees } from './sees.ts';

async function appOver(...projections: string[]) {
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const positions = await createPositionWaiter(bus);
  const app = new Hono().onError(problems(createLogger('test', 'silent')));
  app.get('/', sees(positions, projections, 50), (c) => c.text('seen'));
  return {
    advance: (name: string, position: string) =>
      bus.publish(advancedSubject, { name, generation: 1, partition: 0, partitions: 1, position }),
    ask: (position?: string) =>
      app.request('/', { headers: position === undefined ? {} : { 'X-Casefold-Position': position } }),
  };
}

test('waits until every projection behind the route is there', async () => {
  const { advance, ask } = await appOver('a', 'b');
  await advance('a', '7');
  const early = await ask('7');
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  const answer = ask('7');
  await advance('b', '7');
  expect(await (await answer).text()).toBe('seen');
  expect((await ask('8')).status).toBe(503);
});

test('does not wait without a position', async () => {
  expect((await (await appOver('a')).ask()).status).toBe(200);
});

test.each(['', '-1', '1.5', 'x', '1'.repeat(21)])('refuses %j', async (position) => {
  expect((await (await appOver('a')).ask(position)).status).toBe(422);
});
