import type { RecordedEvent } from '#domain/event';
import { projectionDecider, projectionStream } from '#domain/projection/decider';
import type { ProjectionEvent } from '#domain/projection/events';
import type { EventStore } from '#platform/event-store';
import type { ProjectionDetail } from '../contract-projections.ts';

const longestHistory = 100;

/** What was decided about a projection, straight from its stream: it is to be seen as soon as it is in the log. */
export async function decidedOn(
  store: EventStore,
  name: string,
): Promise<Pick<ProjectionDetail, 'decided' | 'history'>> {
  let state = projectionDecider.initialState;
  let history: RecordedEvent[] = [];
  for await (const event of store.readStream(projectionStream(name))) {
    // The stream's name says which aggregate it is; the registry has made sure of the shape.
    state = projectionDecider.evolve(state, event as unknown as ProjectionEvent);
    history.push(event);
    if (history.length >= 2 * longestHistory) history = history.slice(-longestHistory);
  }
  const { paused, rebuild, switchTo, refusedSwitch, switched, skipped } = state;
  return {
    decided: {
      paused,
      ...(rebuild && { rebuild }),
      ...(switchTo !== undefined && { switchTo }),
      ...(refusedSwitch && { refusedSwitch }),
      ...(switched && { switched }),
      skipped: [...skipped],
    },
    history: history.slice(-longestHistory).toReversed().map(historyItem),
  };
}

const historyItem = ({ position, id, type, metadata, data }: RecordedEvent) => ({
  position: String(position),
  eventId: id,
  type,
  actor: metadata.actor,
  occurredAt: metadata.occurredAt,
  data: data as Record<string, unknown>,
});
