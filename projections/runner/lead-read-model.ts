import type { ProjectionCommand } from '#domain/projection/commands';
import { isOpen, type ProjectionState, type RebuildState } from '#domain/projection/decider';
import { derivedId } from '#platform/ids';
import type { Logger } from '#platform/log';
import { type Bus, NoResponderError } from '#platform/ports';
import type { ReadModel } from '../read-model.ts';
import { whileHeld } from './holds.ts';
import type { KeptBy } from './kept-by.ts';
import type { Parking } from './parking.ts';
import type { Generation, ReadModelStore } from './read-model-store.ts';
import type { RebuildJob, StartRebuild } from './rebuild-job.ts';
import { unitNames } from './unit-name.ts';

export type LeadOptions = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  /** Each generation with the model that makes it. */
  readonly kept: KeptBy;
  readonly parking: Parking;
  readonly bus: Bus;
  readonly startRebuild: StartRebuild;
  decided(): ProjectionState;
  /** @param id what the command follows from: the same once more changes nothing */
  send(command: ProjectionCommand, id: string): Promise<unknown>;
  /** Lets go of a generation's partitions. */
  letGo(generation: number): Promise<void>;
  rouse(): void;
  readonly log: Logger;
};

/** What one of all workers does for a read model. */
export type Lead = {
  /** Looks what is to be done, and does it. @returns the generations there are then */
  turn(generations: readonly Generation[]): Promise<readonly Generation[]>;
  rebuild(): RebuildJob | undefined;
  stop(): Promise<void>;
};

type Switch = { readonly from: number; readonly position: bigint };

const upgradeSoakSeconds = 3600;
/** Kept as long as this in any case: a query that began before the switch may still be reading there. */
const leastSoakSeconds = 10;

/** Makes, rebuilds, switches and drops generations as it was decided. What was left undone is found again by looking. */
export function leadReadModel(options: LeadOptions): Lead {
  const { model, store, bus, decided, send, log } = options;
  const { name, version } = model;
  let job: RebuildJob | undefined;

  async function turn(generations: readonly Generation[]): Promise<readonly Generation[]> {
    const live = generations.find(({ state }) => state === 'live');
    if (!live) {
      const first = await store.create({ version, state: 'live', partitions: 1 });
      // Where a store was lost its numbers begin anew; what was parked under them is history.
      await options.parking.forget(first.generation);
      return store.generations();
    }
    const { rebuild, switchTo } = decided();
    if (live.version < version && !isOpen(rebuild)) await requestUpgrade(live);
    if (switchTo !== undefined) {
      await switchOver(live, generations, switchTo);
      return store.generations();
    }
    await lookAfter(rebuild);
    if (rebuild && isToBeSwitchedTo(rebuild, live))
      await send(
        { type: 'SwitchProjection', projection: name, requestId: rebuild.rebuildId },
        rebuild.rebuildId,
      );
    return dropUnwanted(generations, rebuild);
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
        soakSeconds: upgradeSoakSeconds,
      },
      rebuildId,
    );
  }

  async function lookAfter(rebuild: RebuildState | undefined): Promise<void> {
    if (rebuild?.status === 'requested') {
      if (job?.isOver()) job = undefined;
      job ??= options.startRebuild({
        request: rebuild,
        skipped: () => decided().skipped,
        isAlike: (live) =>
          live.version === version &&
          options.kept.ofGeneration(live) === options.kept.of(decided().rebuild?.model),
        send,
        rouse: options.rouse,
      });
      job.follow(rebuild);
    } else if (job) {
      await job.stop();
      job = undefined;
    }
  }

  function isToBeSwitchedTo({ status, purpose, certificate, ...rebuild }: RebuildState, live: Generation) {
    if (status !== 'certified' || rebuild.switch !== 'when-ready' || purpose === 'verify') return false;
    const isProven = certificate?.comparison?.equal !== false && parkedIn(certificate?.eventsParked) === 0;
    const wasRefused = decided().refusedSwitch?.generation === certificate?.generation;
    return isProven && !wasRefused && live.generation !== certificate?.generation;
  }

  async function switchOver(live: Generation, generations: readonly Generation[], to: number) {
    const next = generations.find(({ generation }) => generation === to);
    const refusal = whyNot(next);
    if (refusal !== undefined || !next) {
      const message = refusal ?? `There is no generation ${to} any more.`;
      await send(
        { type: 'RecordSwitchRefusal', projection: name, generation: to, message },
        `${live.generation}:${to}`,
      );
      return;
    }
    const made = live.generation === to ? await switchMade(live, generations) : await switchHeld(live, next);
    if (!made) return;
    const position = String(made.position);
    await send(
      { type: 'RecordSwitch', projection: name, from: made.from, to, position },
      `${made.from}:${to}:${position}`,
    );
    log.info({ projection: name, from: made.from, to }, 'readers see another generation');
  }

  /** One that was made, and the worker that made it could not say so any more. */
  async function switchMade(live: Generation, generations: readonly Generation[]): Promise<Switch> {
    const before = generations
      .filter(({ state }) => state === 'retired')
      .toSorted((a, b) => b.changedAt.getTime() - a.changedAt.getTime())[0];
    const { position } = await store.checkpoint(live.generation, 0);
    return { from: (before ?? live).generation, position };
  }

  function whyNot(next: Generation | undefined): string | undefined {
    if (!next) return undefined;
    if (next.state === 'building') return `Generation ${next.generation} is not ready yet.`;
    if (next.version === version) return undefined;
    return `Generation ${next.generation} was made by version ${next.version} of the projection, and version ${version} runs. Start the earlier one to go back to it.`;
  }

  /** Both stand still at the same position, so nobody who saw something before does not see it afterwards. */
  async function switchHeld(live: Generation, next: Generation): Promise<Switch | undefined> {
    const units = [...unitNames(name, next), ...(live.version === version ? unitNames(name, live) : [])];
    try {
      const { position } = await whileHeld(bus, units, async (at) => {
        const isSwitched =
          (await options.kept.ofGeneration(next).store.switchTo(next.generation)) === 'switched';
        return { position: isSwitched ? at : undefined, ...(isSwitched && { live: next.generation }) };
      });
      if (position !== undefined) return { from: live.generation, position };
      log.warn({ projection: name, to: next.generation }, 'a generation is behind the live one');
      return undefined;
    } catch (error) {
      // A partition is between two workers.
      if (!(error instanceof NoResponderError)) throw error;
      log.info({ projection: name, to: next.generation }, 'a switch waits until all partitions are followed');
      return undefined;
    }
  }

  async function dropUnwanted(generations: readonly Generation[], rebuild: RebuildState | undefined) {
    const isLeftOver = ({ rebuildId, state }: Generation) =>
      rebuild !== undefined &&
      !isOpen(rebuild) &&
      rebuildId === rebuild.rebuildId &&
      (state === 'building' || state === 'ready');
    // Not that of the newest rebuild, which may be a check, or not switched to yet.
    const soakMs = Math.max(leastSoakSeconds, decided().switched?.soakSeconds ?? 0) * 1000;
    const isSoaked = ({ state, changedAt }: Generation) =>
      state === 'retired' && changedAt.getTime() + soakMs < Date.now();
    const unwanted = generations.filter((each) => isLeftOver(each) || isSoaked(each));
    for (const { generation } of unwanted) {
      await options.letGo(generation);
      await store.drop(generation);
      await options.parking.forget(generation);
      log.info({ projection: name, generation }, 'a generation was dropped');
    }
    return generations.filter((each) => !unwanted.includes(each));
  }

  return {
    turn,
    rebuild: () => job,
    async stop() {
      await job?.stop();
      job = undefined;
    },
  };
}

const parkedIn = (counts: Readonly<Record<string, number>> | undefined) =>
  Object.values(counts ?? {}).reduce((sum, each) => sum + each, 0);
