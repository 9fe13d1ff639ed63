import { type Decider, RuleViolation } from '../decider.ts';
import type { Certificate } from './certificate.ts';
import type { ProjectionCommand } from './commands.ts';
import type { ProjectionEvent } from './events.ts';

export const projectionStream = (projection: string) => `projection-${projection}`;

type Data<Type extends ProjectionEvent['type']> = Extract<ProjectionEvent, { type: Type }>['data'];

/** A rebuild as it was asked for, and how far it has come. */
export type RebuildState = Omit<Data<'ProjectionRebuildRequested'>, 'projection'> & {
  readonly status: 'requested' | 'certified' | 'failed' | 'cancelled' | 'switched';
  readonly paused: boolean;
  readonly certificate?: Certificate;
  readonly message?: string;
};

export type ProjectionState = {
  /** Nothing is applied to any of its generations. */
  readonly paused: boolean;
  /** The newest rebuild; earlier ones are history. */
  readonly rebuild?: RebuildState;
  /** A switch that was asked for and has not been made. */
  readonly switchTo?: number;
  /** The last switch that was asked for and could not be made, until one is asked for again. */
  readonly refusedSwitch?: { readonly generation: number; readonly message: string };
  /** The last switch made: one can go back to `from` while it is kept. */
  readonly switched?: { readonly from: number; readonly to: number };
  /** Into how many parts rebuilt generations are split; one that is not named here is whole. */
  readonly partitionsOf: ReadonlyMap<number, number>;
  /** Streams that somebody wants tried again, by request. */
  readonly retries: readonly { readonly stream: string; readonly requestId: string }[];
  /** Positions of the events that are passed over. */
  readonly skipped: ReadonlySet<string>;
  /** Their streams: what waited behind them goes on. */
  readonly skippedStreams: ReadonlySet<string>;
};

const initialState: ProjectionState = {
  paused: false,
  partitionsOf: new Map(),
  retries: [],
  skipped: new Set(),
  skippedStreams: new Set(),
};

/** A rebuild that is still at work, or stands ready. */
export const isOpen = (rebuild: RebuildState | undefined): boolean =>
  rebuild?.status === 'requested' || (rebuild?.status === 'certified' && rebuild.purpose !== 'verify');

function evolve(state: ProjectionState, event: ProjectionEvent): ProjectionState {
  const changed = (change: Partial<RebuildState>): ProjectionState =>
    state.rebuild && 'rebuildId' in event.data && state.rebuild.rebuildId === event.data.rebuildId
      ? { ...state, rebuild: { ...state.rebuild, ...change } }
      : state;
  switch (event.type) {
    case 'ProjectionRebuildRequested': {
      const { projection: _, ...request } = event.data;
      return { ...state, rebuild: { ...request, status: 'requested', paused: false } };
    }
    case 'ProjectionRebuildPaused':
      return changed({ paused: true });
    case 'ProjectionRebuildResumed':
      return changed({ paused: false });
    case 'ProjectionRebuildThrottled':
      return changed({ throttle: event.data.throttle });
    case 'ProjectionRebuildCancelled': {
      // A switch to another generation, back to the earlier one, is still wanted.
      const isItsSwitch = state.switchTo === state.rebuild?.certificate?.generation;
      return { ...changed({ status: 'cancelled' }), ...(isItsSwitch && { switchTo: undefined }) };
    }
    case 'ProjectionRebuildCertified': {
      const { rebuildId, certificate } = event.data;
      const { rebuild, partitionsOf } = state;
      if (rebuild?.rebuildId !== rebuildId) return state;
      return {
        ...changed({ status: 'certified', certificate }),
        partitionsOf: new Map([...partitionsOf, [certificate.generation, rebuild.partitions]]),
      };
    }
    case 'ProjectionRebuildFailed':
      return changed({ status: 'failed', message: event.data.message });
    case 'ProjectionSwitchRequested':
      return { ...state, switchTo: event.data.generation, refusedSwitch: undefined };
    case 'ProjectionSwitchRefused': {
      const { generation, message } = event.data;
      return { ...state, switchTo: undefined, refusedSwitch: { generation, message } };
    }
    case 'ProjectionSwitched': {
      const { from, to } = event.data;
      const { rebuild } = state;
      const isRebuilt = rebuild?.certificate?.generation === to;
      return {
        ...state,
        switchTo: undefined,
        refusedSwitch: undefined,
        switched: { from, to },
        ...(rebuild && isRebuilt && { rebuild: { ...rebuild, status: 'switched' } }),
      };
    }
    case 'ProjectionPaused':
      return { ...state, paused: true };
    case 'ProjectionResumed':
      return { ...state, paused: false };
    case 'ParkedStreamRetryRequested': {
      const { stream, requestId } = event.data;
      return {
        ...state,
        retries: [...state.retries.filter((each) => each.stream !== stream), { stream, requestId }],
      };
    }
    case 'ParkedEventSkipped':
      return {
        ...state,
        skipped: new Set([...state.skipped, event.data.position]),
        skippedStreams: new Set([...state.skippedStreams, event.data.stream]),
      };
  }
}

function decide(command: ProjectionCommand, state: ProjectionState): readonly ProjectionEvent[] {
  const { projection } = command;
  const { rebuild } = state;
  switch (command.type) {
    case 'RequestRebuild': {
      const { type: _, ...request } = command;
      if (rebuild?.rebuildId === command.rebuildId) return [];
      if (rebuild && isOpen(rebuild)) {
        const [what, next] =
          rebuild.status === 'requested'
            ? ['at work', 'Wait until it is done']
            : ['ready to be switched to', 'Switch to it'];
        throw new RuleViolation(
          'conflict',
          'rebuild-open',
          `A rebuild of ${projection} is ${what}. ${next}, or cancel it first.`,
        );
      }
      const { partitions = livePartitions(state) } = request;
      return [{ type: 'ProjectionRebuildRequested', data: { ...request, partitions } }];
    }
    case 'PauseRebuild':
    case 'ResumeRebuild': {
      const { rebuildId, paused } = requireAtWork(projection, rebuild);
      const pause = command.type === 'PauseRebuild';
      if (paused === pause) return [];
      return [
        {
          type: pause ? 'ProjectionRebuildPaused' : 'ProjectionRebuildResumed',
          data: { projection, rebuildId },
        },
      ];
    }
    case 'ThrottleRebuild': {
      const { rebuildId, throttle } = requireAtWork(projection, rebuild);
      if (throttle === command.throttle) return [];
      return [
        {
          type: 'ProjectionRebuildThrottled',
          data: { projection, rebuildId, ...(command.throttle && { throttle: command.throttle }) },
        },
      ];
    }
    case 'CancelRebuild': {
      if (rebuild?.status === 'cancelled') return [];
      if (!rebuild || !isOpen(rebuild)) throw noRebuild(projection);
      return [{ type: 'ProjectionRebuildCancelled', data: { projection, rebuildId: rebuild.rebuildId } }];
    }
    case 'SwitchProjection': {
      if (rebuild?.status !== 'certified' || !rebuild.certificate || rebuild.purpose === 'verify') {
        throw new RuleViolation(
          'conflict',
          'nothing-ready',
          `${projection} has no generation that is ready to be switched to. Rebuild it first.`,
        );
      }
      return requestSwitch(projection, state, command.requestId, rebuild.certificate.generation);
    }
    case 'RollBackProjection': {
      if (!state.switched) {
        throw new RuleViolation(
          'conflict',
          'nothing-to-roll-back-to',
          `${projection} has not been switched yet: there is no earlier generation.`,
        );
      }
      return requestSwitch(projection, state, command.requestId, state.switched.from);
    }
    case 'PauseProjection':
      return state.paused ? [] : [{ type: 'ProjectionPaused', data: { projection } }];
    case 'ResumeProjection':
      return state.paused ? [{ type: 'ProjectionResumed', data: { projection } }] : [];
    case 'RetryParkedStream': {
      const { stream, requestId } = command;
      if (state.retries.some((each) => each.requestId === requestId)) return [];
      return [{ type: 'ParkedStreamRetryRequested', data: { projection, stream, requestId } }];
    }
    case 'SkipParkedEvent': {
      const { stream, position, eventId, eventType, reason } = command;
      if (state.skipped.has(position)) return [];
      return [
        {
          type: 'ParkedEventSkipped',
          data: { projection, stream, position, eventId, type: eventType, reason },
        },
      ];
    }
    case 'RecordCertificate':
      if (rebuild?.rebuildId !== command.rebuildId || rebuild.status !== 'requested') return [];
      return [
        {
          type: 'ProjectionRebuildCertified',
          data: { projection, rebuildId: command.rebuildId, certificate: command.certificate },
        },
      ];
    case 'RecordRebuildFailure':
      if (rebuild?.rebuildId !== command.rebuildId || rebuild.status !== 'requested') return [];
      return [
        {
          type: 'ProjectionRebuildFailed',
          data: { projection, rebuildId: command.rebuildId, message: command.message },
        },
      ];
    case 'RecordSwitch': {
      const { from, to, position } = command;
      if (state.switched?.to === to && state.switched.from === from) return [];
      return [{ type: 'ProjectionSwitched', data: { projection, from, to, position } }];
    }
    case 'RecordSwitchRefusal': {
      const { generation, message } = command;
      if (state.switchTo !== generation) return [];
      return [{ type: 'ProjectionSwitchRefused', data: { projection, generation, message } }];
    }
  }
}

/** A rebuild leaves a projection split as it is, unless told otherwise. */
const livePartitions = ({ switched, partitionsOf }: ProjectionState): number =>
  (switched && partitionsOf.get(switched.to)) ?? 1;

function requestSwitch(
  projection: string,
  state: ProjectionState,
  requestId: string,
  generation: number,
): readonly ProjectionEvent[] {
  if (state.switchTo === generation) return [];
  return [{ type: 'ProjectionSwitchRequested', data: { projection, requestId, generation } }];
}

const noRebuild = (projection: string) =>
  new RuleViolation('conflict', 'no-rebuild', `No rebuild of ${projection} is at work.`);

function requireAtWork(projection: string, rebuild: RebuildState | undefined): RebuildState {
  if (rebuild?.status !== 'requested') throw noRebuild(projection);
  return rebuild;
}

export const projectionDecider: Decider<ProjectionState, ProjectionCommand, ProjectionEvent> = {
  initialState,
  evolve,
  decide,
};
