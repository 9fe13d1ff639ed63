import { compileFilter } from '../storage/event-filter.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { Page } from '../storage/log-reader.ts';
import type { StoredEvent } from '../storage/stored-event.ts';
import type { GroupSettings } from './settings.ts';

export const ALL = '$all';

/** What a group reads from: `$all`, where a place is a position, or a stream, where it is a revision. */
export type Source = {
  /** A page behind a place. */
  next(after: number, limit: number): Page;
  /** The last place there is. */
  last(): number;
  placeOf(event: StoredEvent): number;
  /** A place as clients read it in a group's info. */
  describe(place: number): string;
};

export function openSource(log: EventLog, name: string, settings: GroupSettings): Source {
  if (name === ALL) {
    const passes = settings.filter ? compileFilter(settings.filter, log.streams, log.types) : undefined;
    return {
      next: (after, limit) => log.readAll('forwards', after, limit, passes),
      last: () => log.head,
      placeOf: (event) => event.position,
      describe: (place) => `C:${place}/P:${place}`,
    };
  }
  return {
    next: (after, limit) => {
      const stream = log.streams.find(name);
      if (!stream) return { events: [], scanned: 0, scannedTo: after, atEnd: true };
      const page = log.readStream('forwards', stream, after, limit);
      // What metadata hides at the end is passed over, or the end would never be reached.
      return page.atEnd ? { ...page, scannedTo: Math.max(after, stream.last) } : page;
    },
    last: () => log.streams.find(name)?.last ?? -1,
    placeOf: (event) => event.revision,
    describe: String,
  };
}

/** The place before the first one to deliver. */
export function placeBeforeStart(source: Source, settings: GroupSettings, isAll: boolean): number {
  if (settings.startFrom === 'end') return source.last();
  if (settings.startFrom === 'start') return isAll ? 0 : -1;
  return settings.startFrom - 1;
}
