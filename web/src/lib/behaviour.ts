import type { BehaviourEntry } from '#domain/behaviour/events';
import { api } from '#lib/api/client.ts';

/**
 * Tells the history what the person did. Fails quietly: a lost record must not stop the work it is about.
 */
export function recordBehaviour(entry: Omit<BehaviourEntry, 'occurredAt'>): void {
  api.behaviour([{ ...entry, occurredAt: new Date().toISOString() }]).catch(() => undefined);
}
