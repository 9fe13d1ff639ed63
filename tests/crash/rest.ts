import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { until } from '../support/until.ts';
import type { World } from './world.ts';

/** Whoever the log gives work to. */
const groupsOfCasefold = /^casefold-/;

/**
 * Waits until nothing is under way any more: no reactor has anything in hand or before it, and every projection has all
 * of the log. What is missing then was lost: it is not merely late.
 *
 * @returns the position of the log's last event
 */
export function atRest(world: World): Promise<bigint> {
  return until(
    'nothing is under way any more',
    async () => {
      const client = EventStoreDBClient.connectionString(world.logUrl());
      try {
        const head = await headOf(client);
        const busy = [...(await busyGroups(client, head)), ...late(await world.positions(), head)];
        if (busy.length > 0) throw new Error(`Under way at ${head}: ${busy.join(', ')}`);
        return (await headOf(client)) === head && head;
      } finally {
        // The client waits for streams that were broken off, which never end.
        await Promise.race([client.dispose(), delay(500)]);
      }
    },
    { timeoutMs: 240_000, intervalMs: 200 },
  );
}

/** Position of the last event that is none of the server's own. */
async function headOf(client: EventStoreDBClient): Promise<bigint> {
  for (let maxCount = 8; ; maxCount *= 8) {
    let seen = 0;
    let head = -1n;
    for await (const { event } of client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount })) {
      seen++;
      if (head === -1n && event && !event.type.startsWith('$')) head = event.position.commit;
    }
    if (head >= 0n || seen < maxCount) return head;
  }
}

async function busyGroups(client: EventStoreDBClient, head: bigint): Promise<string[]> {
  const groups = await client.listPersistentSubscriptionsToAll();
  return groups
    .filter(({ groupName }) => groupsOfCasefold.test(groupName))
    .flatMap(({ groupName, stats }) => {
      const inHand = stats.outstandingMessagesCount + stats.readBufferCount + stats.retryBufferCount;
      const known = stats.lastKnownEventPosition?.commit ?? -1n;
      return inHand > 0 || known < head
        ? [`${groupName} has ${inHand} in hand and has come to ${known}`]
        : [];
    });
}

function late(positions: ReadonlyMap<string, bigint>, head: bigint): string[] {
  if (positions.size === 0) return ['no projection is known'];
  return [...positions].flatMap(([name, position]) =>
    position < head ? [`${name} has come to ${position}`] : [],
  );
}
