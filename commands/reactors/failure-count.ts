/** An event that fails and then goes to another worker is never taken out: the oldest are, when there are more than these. */
const mostRemembered = 10_000;

/** How often each event failed, counted by the worker that tried it. */
export type FailureCount = {
  /** @returns times that the event failed */
  of(eventId: string): number;
  add(eventId: string): void;
  /** Takes an event out that is done. */
  forget(eventId: string): void;
};

/**
 * Counts failures. The log counts deliveries, and gives an event out again for many reasons that say nothing about it: a
 * night without a model is a hundred of them. Kept in memory: after a start, or in another worker, it may be tried anew.
 */
export function createFailureCount(): FailureCount {
  const counts = new Map<string, number>();
  return {
    of: (eventId) => counts.get(eventId) ?? 0,
    add(eventId) {
      const count = (counts.get(eventId) ?? 0) + 1;
      counts.delete(eventId);
      counts.set(eventId, count);
      const [oldest] = counts.keys();
      if (counts.size > mostRemembered && oldest !== undefined) counts.delete(oldest);
    },
    forget: (eventId) => void counts.delete(eventId),
  };
}
