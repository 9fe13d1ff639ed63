import type { EventStore } from '#platform/event-store';
import { noTracer, type Tracer } from './tracer.ts';

/** The log, with a span for each event that is appended. */
export function tracedEventStore(store: EventStore, tracer: Tracer): EventStore {
  if (tracer === noTracer) return store;
  return {
    ...store,
    async append(stream, events, expected) {
      const startedAt = Date.now();
      const began = performance.now();
      const appended = await store.append(stream, events, expected);
      tracer.appended(stream, events, { startedAt, seconds: (performance.now() - began) / 1000 });
      return appended;
    },
  };
}
