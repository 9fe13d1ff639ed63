import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Hono } from 'hono';
import type { ParkedReference } from '#commands/projection-commands';
import { projectionRoutes as writes } from '#commands/routes/projections';
import type { RecordedEvent } from '#domain/event';
import type { ProjectionCommand } from '#domain/projection/commands';
import { projectionDecider, projectionStream } from '#domain/projection/decider';
import { eventRegistry } from '#domain/registry';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import { handleCommand } from '#platform/handle-command';
import { type ActorEnv, establishActor, owner } from '#platform/http/actor';
import { problems } from '#platform/http/problem';
import { createSessions, endedSessionsInMemory } from '#platform/http/session';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { advancedSubject, createPositionWaiter } from '#platform/position-waiter';
import { type ProjectionStatus, projectionStatusSubject } from '#projections/runner/status';
import type { ParkedItem } from '#read-api/contract-projections';
import { createProjectionBoard } from '#read-api/projection-board';
import { projectionRoutes as reads } from '#read-api/routes/projections';
import { projectionStatus } from './projection-status.ts';
import { until } from './until.ts';

const log = createLogger('test', 'silent');
export const ownerToken = 't'.repeat(43);

export type ProjectionServer = Awaited<ReturnType<typeof startProjectionServer>>;

/**
 * The routes about projections over a log, a bus and a board of its own; the test plays the worker: it tells how
 * projections are doing, and brings back what came of decisions.
 */
export async function startProjectionServer() {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-projection-server-'));
  const engine = await startEventStore({ folder, port: 0, log });
  const store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
  const bus = createMemoryBus({
    onError: (error) => {
      throw error;
    },
  });
  const board = await createProjectionBoard(bus, log);
  const positions = await createPositionWaiter(bus);
  const parked: (ParkedItem & { readonly projection: string })[] = [];
  const lineage = new Map<string, readonly RecordedEvent[]>();

  const app = new Hono<ActorEnv>().onError(problems(log));
  const sessions = createSessions({ key: 'k'.repeat(32), ended: endedSessionsInMemory(), secure: false });
  app.use(establishActor({ ownerToken, sessions, origin: undefined }));
  const parkedAt = (projection: string, position: bigint): ParkedReference | undefined =>
    parked.find((each) => each.projection === projection && BigInt(each.position) === position);
  app.route(
    '/',
    writes({
      store,
      projections: [
        { name: 'document-list', partitionable: true },
        { name: 'case-graph', partitionable: false },
      ],
      findParked: async (projection, position) => parkedAt(projection, position),
    }),
  );
  app.route(
    '/',
    reads({
      board,
      store,
      positions,
      projections: [
        { name: 'document-list', parts: ['documents'] },
        { name: 'case-graph', parts: ['Document', 'MENTIONS'] },
      ],
      listParked: async (projection, { after = -1n, limit }) =>
        parked
          .filter((each) => each.projection === projection && BigInt(each.position) > after)
          .slice(0, limit)
          .map(({ projection: _, ...each }) => each),
      async findLineage(projection, { part, key }) {
        const [found] = [...lineage].filter(([place]) => {
          const [of, at, ...its] = place.split('|');
          return of === projection && at === (part ?? at) && isDeepStrictEqual(its, key);
        });
        return found && { part: found[0].split('|')[1] ?? '', events: found[1] };
      },
    }),
  );

  return {
    app,
    store,
    bus,
    parked,
    lineage,
    request: (path: string, init: RequestInit = {}) =>
      app.request(path, { ...init, headers: { authorization: `Bearer ${ownerToken}`, ...init.headers } }),
    /** Resolves when the board has heard it. */
    async tell(changes: Partial<ProjectionStatus> = {}) {
      const status = projectionStatus(changes);
      await bus.publish(projectionStatusSubject, status);
      await until('the board has heard', () =>
        board.items().some(({ heardAt: _, stale: __, ...heard }) => isDeepStrictEqual(heard, status)),
      );
    },
    reach: (name: string, position: bigint) =>
      bus.publish(advancedSubject, {
        name,
        generation: 1,
        partition: 0,
        partitions: 1,
        position: String(position),
      }),
    /** Brings back what came of a decision. */
    async record(command: ProjectionCommand) {
      const commandId = newId();
      const context = { commandId, correlationId: commandId, causationId: commandId, actor: owner };
      const stream = projectionStream(command.projection);
      const occurredAt = new Date().toISOString();
      await handleCommand(store, projectionDecider, stream, command, { ...context, occurredAt });
    },
    async close() {
      await positions.close();
      await board.close();
      await bus.close();
      await store.close();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
