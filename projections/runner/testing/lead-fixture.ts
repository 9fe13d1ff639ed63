import type { Certificate } from '#domain/projection/certificate';
import type { ProjectionCommand } from '#domain/projection/commands';
import { projectionDecider } from '#domain/projection/decider';
import type { ProjectionEvent } from '#domain/projection/events';
import { createLogger } from '#platform/log';
import type { Bus, Unsubscribe } from '#platform/ports';
import { serveHolds } from '../holds.ts';
import { keptBy } from '../kept-by.ts';
import { leadReadModel } from '../lead-read-model.ts';
import type { Generation } from '../read-model-store.ts';
import { tallyModel } from '../rebuild/tally.ts';
import { unitNames } from '../unit-name.ts';
import { createInMemoryParking, createInMemoryStore } from './in-memory-store.ts';

export const projection = 'tally';

/** A read model, and what has been decided about it: commands are decided and folded at once. */
export function createLeadFixture(bus: Bus, version = 1) {
  const model = { ...tallyModel(projection, ['A']), version };
  const store = createInMemoryStore(model);
  const parking = createInMemoryParking();
  const decided: ProjectionEvent[] = [];
  const state = () => decided.reduce(projectionDecider.evolve, projectionDecider.initialState);
  const decide = (command: ProjectionCommand) =>
    void decided.push(...projectionDecider.decide(command, state()));
  const jobs: string[] = [];
  const stopped: string[] = [];
  const letGo: number[] = [];
  /** How far each partition is, by its name. */
  const positions = new Map<string, bigint>();
  const lead = leadReadModel({
    model,
    store,
    kept: keptBy(model, () => store, state),
    parking,
    bus,
    decided: state,
    send: async (command) => decide(command),
    letGo: async (generation) => void letGo.push(generation),
    startRebuild: ({ request: { rebuildId } }) => {
      jobs.push(rebuildId);
      return {
        status: () => {
          throw new Error('Nobody asks.');
        },
        follow: () => {},
        isOver: () => false,
        stop: async () => void stopped.push(rebuildId),
      };
    },
    rouse: () => {},
    log: createLogger('lead-test', 'silent'),
  });

  return {
    store,
    parking,
    decided,
    decide,
    jobs,
    stopped,
    letGo,
    types: () => decided.map(({ type }) => type),
    turn: async () => lead.turn(await store.generations()),
    /** As a worker that runs all partitions of a generation, each of them at a position. */
    async run(generation: Generation, ...at: readonly bigint[]): Promise<readonly Unsubscribe[]> {
      return Promise.all(
        unitNames(projection, generation).map(async (unit, partition) => {
          positions.set(unit, at[partition] ?? 0n);
          const position = () => positions.get(unit) ?? -1n;
          const advanceTo = async (to: bigint) => void positions.set(unit, to);
          return serveHolds(
            bus,
            unit,
            { position, hold: async () => ({ position, advanceTo, letGo() {} }) },
            () => {},
          );
        }),
      );
    },
    positions,
  };
}

export type LeadFixture = ReturnType<typeof createLeadFixture>;

export const rebuildOf = (change: object = {}): ProjectionCommand => ({
  type: 'RequestRebuild',
  projection,
  rebuildId: 'r1',
  purpose: 'rebuild',
  together: 't',
  switch: 'when-ready',
  soakSeconds: 60,
  ...change,
});

export function certificateOf(generation: number, change: Partial<Certificate> = {}): ProjectionCommand {
  const certificate: Certificate = {
    projection,
    generation,
    version: 1,
    codeRevision: 'sha256:0',
    positions: { after: '-1', upTo: '7' },
    eventsInLog: {},
    eventsApplied: {},
    eventsSkipped: {},
    eventsParked: {},
    entries: {},
    digest: 'a'.repeat(64),
    seconds: 1,
    ...change,
  };
  return { type: 'RecordCertificate', projection, rebuildId: 'r1', certificate };
}
