import type { Clock } from './clock.ts';
import type { LaneMember } from './lane-member.ts';

/**
 * Waits until a member has room, but lets it go if it alone holds up the others most of the time: a graph that takes
 * twenty times as long as a table shall have a scan of its own.
 *
 * @param patienceMs for how long, in all, the others may have nothing to do because of one
 */
export function createPatience(members: ReadonlySet<LaneMember>, patienceMs: number, clock: Clock) {
  const startedAt = clock.now();
  const heldMs = new Map<LaneMember, number>();

  /** For how long only this member has been at work. */
  function aloneMs(member: LaneMember, since: number): number {
    let from = since;
    for (const other of members) {
      if (other === member) continue;
      const idle = other.idleSince();
      if (idle === undefined) return 0;
      from = Math.max(from, idle);
    }
    return clock.now() - from;
  }

  return async function waitFor(member: LaneMember, signal: AbortSignal): Promise<void> {
    const since = clock.now();
    while (member.isFull() && !signal.aborted) {
      const look = new AbortController();
      const timer = clock.wait(patienceMs, AbortSignal.any([look.signal, signal]));
      await Promise.race([member.room(), timer]);
      look.abort();
      if (members.size === 1) continue;
      const held = (heldMs.get(member) ?? 0) + aloneMs(member, since);
      if (!member.isFull()) heldMs.set(member, held);
      if (held >= patienceMs && held > (clock.now() - startedAt) / 2) member.leave();
    }
  };
}
