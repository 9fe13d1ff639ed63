import { type Decider, RuleViolation } from '../decider.ts';
import type { ProjectionCommand } from './commands.ts';
import type { ProjectionEvent } from './events.ts';
import { evolve, initialState, isOpen, type ProjectionState, type RebuildState } from './state.ts';

export { isOpen, type ProjectionState, type RebuildState } from './state.ts';

export const projectionStream = (projection: string) => `projection-${projection}`;

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
      const { partitions = livePartitions(state), model = liveModel(state) } = request;
      return [
        {
          type: 'ProjectionRebuildRequested',
          data: { ...request, partitions, ...(model !== undefined && { model }) },
        },
      ];
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

/** And made by the model that made it. */
const liveModel = ({ switched, modelOf }: ProjectionState): string | undefined =>
  switched && modelOf.get(switched.to);

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
