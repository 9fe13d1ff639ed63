import type { Urgency } from '../insight/events.ts';
import type { Channel } from '../notification/events.ts';
import { endOfQuietHours } from '../notification/quiet-hours.ts';
import type { Preferences } from './events.ts';

/** Of whoever has not said: what appears in the open page, and in the inbox. */
export const initialPreferences: Preferences = { channels: ['toast'], leastUrgency: 'low' };

const rank: Readonly<Record<Urgency, number>> = { low: 0, normal: 1, high: 2 };

/**
 * On which ways a person is told of something, and not before when. What is not urgent enough for them is in the inbox
 * alone; what is of high urgency waits for no quiet hours.
 *
 * @param at ISO 8601, UTC
 */
export function waysTo(
  { channels, leastUrgency, quietHours }: Preferences,
  urgency: Urgency,
  at: string,
): { channels: Channel[]; notBefore?: string } {
  if (rank[urgency] < rank[leastUrgency]) return { channels: [] };
  const notBefore = urgency === 'high' ? undefined : endOfQuietHours(quietHours, at);
  return { channels: [...new Set(channels)], ...(notBefore && { notBefore }) };
}
