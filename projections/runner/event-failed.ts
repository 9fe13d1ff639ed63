import type { RecordedEvent } from '#domain/event';

/** The fold of an event, or the writing of what it changes, failed; `cause` tells how. */
export class EventFailed extends Error {
  override name = 'EventFailed';
  readonly event: RecordedEvent;

  constructor(event: RecordedEvent, cause: unknown) {
    super(`Event ${event.id} could not be applied.`, { cause });
    this.event = event;
  }
}
