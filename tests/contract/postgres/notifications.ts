import type pg from 'pg';
import { expect, test, vi } from 'vitest';
import { type PostgresTarget, withClient } from './target.ts';

export function notificationContract(target: () => PostgresTarget): void {
  test('every listener hears a notification once, others hear nothing', async () => {
    await withClient(target(), (first) =>
      withClient(target(), (second) =>
        withClient(target(), async (deaf) => {
          const heard = [first, second, deaf].map(listenIn);
          await first.query('LISTEN jobs');
          await second.query('LISTEN "jobs"; LISTEN "Other Jobs"');
          await target().pool.query("NOTIFY jobs, 'one'");
          await target().pool.query('SELECT pg_notify($1, $2)', ['Other Jobs', 'zwei']);
          await vi.waitFor(
            () => expect(heard).toEqual([['jobs: one'], ['jobs: one', 'Other Jobs: zwei'], []]),
            { timeout: 20_000 },
          );

          await first.query('UNLISTEN jobs');
          await first.query("NOTIFY jobs, 'three'");
          await vi.waitFor(() => expect(heard[1]).toContain('jobs: three'), { timeout: 20_000 });
          expect(heard[0]).toEqual(['jobs: one']);
        }),
      ),
    );
  });

  test('notifications and LISTEN follow their transaction', async () => {
    await withClient(target(), (listener) =>
      withClient(target(), async (speaker) => {
        const heard = listenIn(listener);
        await listener.query('BEGIN');
        await listener.query('LISTEN undone');
        await listener.query('ROLLBACK');
        await listener.query('BEGIN');
        await listener.query('LISTEN done');
        await listener.query('COMMIT');
        await speaker.query('BEGIN');
        await speaker.query("NOTIFY done, 'never'");
        await speaker.query('ROLLBACK');
        await speaker.query("NOTIFY undone, 'unheard'");
        await speaker.query('BEGIN');
        await speaker.query("NOTIFY done, 'after commit'");
        expect(heard).toEqual([]);
        await speaker.query('COMMIT');
        await vi.waitFor(() => expect(heard).toEqual(['done: after commit']), { timeout: 20_000 });
      }),
    );
  });

  test('a listener that leaves takes nobody with it', async () => {
    await withClient(target(), async (stays) => {
      const heard = listenIn(stays);
      await stays.query('LISTEN shared');
      await withClient(target(), (leaves) => leaves.query('LISTEN shared'));
      await target().pool.query("NOTIFY shared, 'still here'");
      await vi.waitFor(() => expect(heard).toEqual(['shared: still here']), { timeout: 20_000 });
    });
  });
}

/** What the client hears from now on, as `channel: payload`. */
function listenIn(client: pg.Client): string[] {
  const heard: string[] = [];
  client.on('notification', ({ channel, payload }) => heard.push(`${channel}: ${payload}`));
  return heard;
}
