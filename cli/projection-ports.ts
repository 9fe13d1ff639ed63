import type { ProjectionCommandPorts } from '#commands/projection-commands';
import type { Clients } from '#engines/connect';
import type { ReadModel } from '#projections/read-model';
import { createParkedEvents } from '#projections/runner/postgres/parked-events';
import { lineageOfKey } from '#projections/runner/rebuild/lineage-of-key';
import { decidedOn } from '#read-api/queries/projection-decisions';
import type { ProjectionReadPorts } from '#read-api/routes/projections';
import { storeOf } from './read-models.ts';

/** What the routes about projections look up, in whichever store each read model is. */
export function projectionPorts(
  clients: Clients,
  models: readonly ReadModel[],
): {
  readonly commands: ProjectionCommandPorts;
  readonly reads: Pick<ProjectionReadPorts, 'projections' | 'listParked' | 'findLineage'>;
} {
  const { store } = clients;
  const parkedEvents = createParkedEvents(clients.postgres.db);
  const byName = new Map(models.map((model) => [model.name, { model, kept: storeOf(clients, model) }]));

  /** Those of the generation that readers see. */
  async function parkedOf(projection: string) {
    const generations = (await byName.get(projection)?.kept.generations()) ?? [];
    const live = generations.find(({ state }) => state === 'live');
    return live ? parkedEvents.parkedOf(projection, live.generation) : [];
  }

  return {
    commands: {
      store,
      projections: models.map(({ name, partitionable = false, madeBy }) => ({
        name,
        partitionable,
        ...(madeBy && { models: madeBy.choices }),
      })),
      async findParked(projection, position) {
        return (await parkedOf(projection)).find((each) => each.position === position);
      },
    },
    reads: {
      projections: models.map(({ name, parts }) => ({ name, parts: parts.map((part) => part.name) })),
      async listParked(projection, { after = -1n, limit }) {
        const parked = (await parkedOf(projection)).filter(({ position }) => position > after);
        return parked
          .slice(0, limit)
          .map(({ stream, position, revision, eventId, type, isCause, error, attempts, parkedAt }) => ({
            stream,
            position: String(position),
            revision: String(revision),
            eventId,
            type,
            isCause,
            error,
            attempts,
            parkedAt: parkedAt.toISOString(),
          }));
      },
      async findLineage(projection, entry) {
        const model = byName.get(projection)?.model;
        if (!model) return undefined;
        const { decided } = await decidedOn(store, projection);
        const { scan, readStream } = store;
        return lineageOfKey(model, entry, { scan, readStream, skipped: new Set(decided.skipped) });
      },
    },
  };
}
