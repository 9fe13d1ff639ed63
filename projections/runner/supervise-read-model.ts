import type { ProjectionCommand } from '#domain/projection/commands';
import { isOpen, projectionDecider, projectionStream } from '#domain/projection/decider';
import type { EventStore } from '#platform/event-store';
import { handleCommand } from '#platform/handle-command';
import { derivedId } from '#platform/ids';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import type { ReadModel } from '../read-model.ts';
import type { ControlState } from './control-state.ts';
import { type HeldLease, tryLease } from './held-lease.ts';
import type { Leases } from './leases.ts';
import type { Generation, ReadModelStore } from './read-model-store.ts';
import type { RebuildJob, StartRebuild } from './rebuild-job.ts';
import type { Units } from './units.ts';

/** How often a worker looks whether there is something to take over, when nobody tells it. */
const turnMs = 1000;

export type SupervisedReadModel = {
  generations(): readonly Generation[];
  rebuild(): RebuildJob | undefined;
  stop(): Promise<void>;
};

export type SuperviseOptions = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly units: Units;
  readonly control: ControlState;
  readonly leases: Leases;
  readonly eventStore: EventStore;
  readonly startRebuild: StartRebuild;
  readonly log: Logger;
};

/**
 * Does for one read model what has been decided about it: follows its generations, and, while this worker leads, makes,
 * switches and drops them. Decisions come from the log; whatever was left undone is found again by looking.
 */
export function superviseReadModel(options: SuperviseOptions): SupervisedReadModel {
  const { model, store, units, control, leases, eventStore, log } = options;
  const { name, version } = model;
  const stop = new AbortController();
  const { signal } = stop;
  let generations: readonly Generation[] = [];
  let lead: HeldLease | undefined;
  let job: RebuildJob | undefined;
  let wake = Promise.withResolvers<void>();
  let letGoOn: (() => void)[] = [];
  const retried = new Set<string>();
  let skippedSeen = 0;

  const rouse = () => wake.resolve();
  control.onChange(name, rouse);

  const send = (command: ProjectionCommand, id: string) => {
    const commandId = derivedId('projection-worker', name, command.type, id);
    return handleCommand(eventStore, projectionDecider, projectionStream(name), command, {
      commandId,
      actor: { kind: 'system', id: 'projections' },
      correlationId: commandId,
      causationId: commandId,
      occurredAt: new Date().toISOString(),
    });
  };

  const followed = () => generations.filter((each) => each.version === version && each.state !== 'building');

  /** Pauses and resumes, and tries parked streams again: for whatever partitions are run here. */
  async function obey(): Promise<void> {
    const state = control.of(name);
    if (state.paused && letGoOn.length === 0) {
      letGoOn = await Promise.all(units.running().map(({ follower }) => follower.hold()));
    }
    if (!state.paused) for (const goOn of letGoOn.splice(0)) goOn();
    for (const { stream, requestId } of state.retries) {
      if (retried.has(requestId)) continue;
      retried.add(requestId);
      for (const { follower } of units.running()) follower.retry(stream);
    }
    if (state.skipped.size !== skippedSeen) {
      skippedSeen = state.skipped.size;
      for (const stream of state.skippedStreams)
        for (const { follower } of units.running()) follower.retry(stream);
    }
  }

  async function leadOn(): Promise<void> {
    const live = generations.find(({ state }) => state === 'live');
    if (!live) {
      await store.create({ version, state: 'live', partitions: 1 });
      generations = await store.generations();
      return;
    }
    const { rebuild, switchTo } = control.of(name);
    if (live.version < version && !isOpen(rebuild)) return requestUpgrade(live);
    if (switchTo !== undefined) await switchOver(live, switchTo);
    if (rebuild?.status === 'requested') {
      job ??= options.startRebuild({ request: rebuild, units, send, rouse });
    } else if (rebuild && !isOpen(rebuild)) {
      await job?.stop();
      job = undefined;
      await dropUnwanted(rebuild.rebuildId);
    }
    if (rebuild?.status === 'certified' && rebuild.switch === 'when-ready' && switchTo === undefined) {
      const { certificate } = rebuild;
      const safe = certificate?.comparison?.equal !== false && parkedIn(certificate?.eventsParked) === 0;
      if (safe && certificate && live.generation !== certificate.generation && rebuild.purpose !== 'verify')
        await send(
          { type: 'SwitchProjection', projection: name, requestId: rebuild.rebuildId },
          rebuild.rebuildId,
        );
    }
    await dropSoaked(rebuild?.soakSeconds ?? 0);
  }

  async function requestUpgrade(live: Generation): Promise<void> {
    const rebuildId = derivedId('upgrade', name, String(live.generation), String(version));
    await send(
      {
        type: 'RequestRebuild',
        projection: name,
        rebuildId,
        purpose: 'upgrade',
        together: 'upgrade',
        switch: 'when-ready',
        partitions: live.partitions,
        soakSeconds: 3600,
      },
      rebuildId,
    );
  }

  async function switchOver(live: Generation, to: number): Promise<void> {
    if (live.generation !== to) {
      if (!generations.some((each) => each.generation === to && each.state !== 'building')) return;
      // Both are followed, and the one that readers see is at most a moment ahead.
      for (let tries = 0; (await store.switchTo(to)) === 'behind'; tries++) {
        if (tries === 50) return;
        await retryDelay(1, signal);
      }
    }
    const { position } = await store.checkpoint(to, 0);
    await send(
      { type: 'RecordSwitch', projection: name, from: live.generation, to, position: String(position) },
      `${live.generation}:${to}:${position}`,
    );
    log.info({ projection: name, from: live.generation, to }, 'readers see another generation');
    generations = await store.generations();
  }

  /** What a rebuild that was cancelled or failed has left behind. */
  async function dropUnwanted(rebuildId: string): Promise<void> {
    const isUnwanted = (each: Generation) =>
      each.rebuildId === rebuildId && (each.state === 'building' || each.state === 'ready');
    for (const each of generations.filter(isUnwanted)) await drop(each);
  }

  async function dropSoaked(soakSeconds: number): Promise<void> {
    const isDue = ({ state, changedAt }: Generation) =>
      state === 'retired' && changedAt.getTime() + soakSeconds * 1000 < Date.now();
    for (const each of generations.filter(isDue)) await drop(each);
  }

  async function drop({ generation }: Generation): Promise<void> {
    generations = generations.filter((each) => each.generation !== generation);
    await units.reconcile(followed());
    await store.drop(generation);
    log.info({ projection: name, generation }, 'a generation was dropped');
  }

  async function turn(): Promise<void> {
    generations = await store.generations();
    // Newer code is live: this worker has nothing to do for it.
    if (generations.some((each) => each.state === 'live' && each.version > version))
      return units.reconcile([]);
    if (lead?.lost.aborted) lead = undefined;
    lead ??= await tryLease(leases, `${name}@v${version}`);
    if (lead) await leadOn();
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
    rebuild: () => job,
    async stop() {
      stop.abort();
      rouse();
      await running;
      await job?.stop();
      await units.stop();
      await lead?.release();
    },
  };
}

const parkedIn = (counts: Readonly<Record<string, number>> | undefined) =>
  Object.values(counts ?? {}).reduce((sum, each) => sum + each, 0);
