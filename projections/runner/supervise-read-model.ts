import type { ProjectionCommand } from '#domain/projection/commands';
import { projectionDecider, projectionStream } from '#domain/projection/decider';
import type { EventStore } from '#platform/event-store';
import { handleCommand } from '#platform/handle-command';
import { derivedId } from '#platform/ids';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { retryDelay } from '#platform/retry';
import type { ReadModel } from '../read-model.ts';
import type { ControlState } from './control-state.ts';
import { type HeldLease, tryLease } from './held-lease.ts';
import type { KeptBy } from './kept-by.ts';
import { leadReadModel } from './lead-read-model.ts';
import type { Leases } from './leases.ts';
import { obeyDecisions } from './obey-decisions.ts';
import type { Parking } from './parking.ts';
import type { Generation, ReadModelStore } from './read-model-store.ts';
import type { RebuildJob, StartRebuild } from './rebuild-job.ts';
import type { Units } from './units.ts';

/** How often a worker looks whether there is something to take over, when nobody tells it. */
const turnMs = 1000;

export type SupervisedReadModel = {
  generations(): readonly Generation[];
  /** A rebuild at work in this process. */
  rebuild(): RebuildJob | undefined;
  /** Another generation is the live one, by what whoever switched has told. */
  noteLive(generation: number): void;
  stop(): Promise<void>;
};

export type SuperviseOptions = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly kept: KeptBy;
  readonly parking: Parking;
  readonly units: Units;
  readonly control: ControlState;
  readonly leases: Leases;
  readonly eventStore: EventStore;
  readonly bus: Bus;
  readonly startRebuild: StartRebuild;
  readonly log: Logger;
};

/**
 * Does for one read model what this worker can: follows its generations as far as no other worker does, and leads if it
 * is the one that does. Decisions come from the log.
 */
export function superviseReadModel(options: SuperviseOptions): SupervisedReadModel {
  const { model, store, parking, units, control, leases, bus, startRebuild, log } = options;
  const { name, version } = model;
  const stop = new AbortController();
  const { signal } = stop;
  let generations: readonly Generation[] = [];
  let leadership: HeldLease | undefined;
  let wake = Promise.withResolvers<void>();

  const rouse = () => wake.resolve();
  control.onChange(name, rouse);

  const send = (command: ProjectionCommand, id: string) => {
    const commandId = derivedId('projection-worker', name, command.type, id);
    return handleCommand(options.eventStore, projectionDecider, projectionStream(name), command, {
      commandId,
      actor: { kind: 'system', id: 'projections' },
      correlationId: commandId,
      causationId: commandId,
      occurredAt: new Date().toISOString(),
    });
  };

  const followed = () => generations.filter((each) => each.version === version && each.state !== 'building');
  const decided = () => control.of(name);
  const obey = obeyDecisions(units, decided);
  const lead = leadReadModel({
    model,
    store,
    kept: options.kept,
    parking,
    bus,
    startRebuild,
    decided,
    send,
    async letGo(generation) {
      generations = generations.filter((each) => each.generation !== generation);
      await units.reconcile(followed());
    },
    rouse,
    log,
  });

  async function turn(): Promise<void> {
    generations = await store.generations();
    // Newer code is live: this worker has nothing to do for it.
    if (generations.some((each) => each.state === 'live' && each.version > version))
      return units.reconcile([]);
    if (leadership?.lost.aborted) {
      leadership = undefined;
      await lead.stop();
    }
    leadership ??= await tryLease(leases, `${name}@v${version}`);
    if (leadership) generations = await lead.turn(generations);
    await units.reconcile(followed());
    await obey();
  }

  async function run(): Promise<void> {
    await control.ready;
    for (let failures = 0; !signal.aborted; ) {
      wake = Promise.withResolvers();
      try {
        await turn();
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        log.warn({ projection: name, err: error }, 'a projection could not be looked after; trying again');
        await retryDelay(++failures, signal);
        continue;
      }
      const timer = setTimeout(rouse, turnMs);
      await wake.promise;
      clearTimeout(timer);
    }
  }

  const running = run();
  return {
    generations: () => generations,
    rebuild: lead.rebuild,
    noteLive(live) {
      generations = generations.map((each) =>
        each.generation === live
          ? { ...each, state: 'live' }
          : each.state === 'live'
            ? { ...each, state: 'retired' }
            : each,
      );
    },
    async stop() {
      stop.abort();
      rouse();
      await running;
      await lead.stop();
      await units.stop();
      await leadership?.release();
    },
  };
}
