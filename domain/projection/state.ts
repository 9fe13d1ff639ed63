import type { Certificate } from './certificate.ts';
import type { ProjectionEvent } from './events.ts';

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
  readonly switched?: {
    readonly from: number;
    readonly to: number;
    /** For how long what is not live any more is kept: of the last rebuild that was switched to. */
    readonly soakSeconds: number;
  };
  /** Into how many parts rebuilt generations are split; one that is not named here is whole. */
  readonly partitionsOf: ReadonlyMap<number, number>;
  /** The models that rebuilt generations were made by, where one was named. */
  readonly modelOf: ReadonlyMap<number, string>;
  /** Streams that somebody wants tried again, by request. */
  readonly retries: readonly { readonly stream: string; readonly requestId: string }[];
  /** Positions of the events that are passed over. */
  readonly skipped: ReadonlySet<string>;
  /** Their streams: what waited behind them goes on. */
  readonly skippedStreams: ReadonlySet<string>;
};

export const initialState: ProjectionState = {
  paused: false,
  partitionsOf: new Map(),
  modelOf: new Map(),
  retries: [],
  skipped: new Set(),
  skippedStreams: new Set(),
};

/** A rebuild that is still at work, or stands ready. */
export const isOpen = (rebuild: RebuildState | undefined): boolean =>
  rebuild?.status === 'requested' || (rebuild?.status === 'certified' && rebuild.purpose !== 'verify');

export function evolve(state: ProjectionState, event: ProjectionEvent): ProjectionState {
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
      const { rebuild, partitionsOf, modelOf } = state;
      if (rebuild?.rebuildId !== rebuildId) return state;
      return {
        ...changed({ status: 'certified', certificate }),
        partitionsOf: new Map([...partitionsOf, [certificate.generation, rebuild.partitions]]),
        ...(rebuild.model !== undefined && {
          modelOf: new Map([...modelOf, [certificate.generation, rebuild.model]]),
        }),
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
        switched: { from, to, soakSeconds: (isRebuilt ? rebuild : state.switched)?.soakSeconds ?? 0 },
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
