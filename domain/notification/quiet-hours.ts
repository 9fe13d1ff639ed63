import type { Preferences } from '../user/events.ts';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/**
 * When the quiet hours end that a moment lies in, told by the clock on the wall of the person's time zone (IANA Time Zone
 * Database), summer time or not. `22:00` to `07:00` goes over midnight; the same time twice is no hours at all.
 *
 * @param at ISO 8601, UTC
 * @returns ISO 8601, UTC, on a whole minute; undefined outside of quiet hours
 */
export function endOfQuietHours(quietHours: Preferences['quietHours'], at: string): string | undefined {
  if (!quietHours) return undefined;
  const from = minutesOf(quietHours.from);
  const to = minutesOf(quietHours.to);
  const start = Math.floor(Date.parse(at) / minuteMs) * minuteMs;
  const isQuiet = (time: number) => {
    const minutes = wallMinutes(time, quietHours.timeZone);
    return from < to ? minutes >= from && minutes < to : from !== to && (minutes >= from || minutes < to);
  };
  if (!isQuiet(start)) return undefined;
  // Usually right at once; where the clock is put forward or back in between, a step or two more.
  let end = start + untilMinutes(wallMinutes(start, quietHours.timeZone), to) * minuteMs;
  while (isQuiet(end)) end += 15 * minuteMs;
  while (end - minuteMs > start && !isQuiet(end - minuteMs)) end -= minuteMs;
  return new Date(end).toISOString();
}

/** Whether there is such a time zone, for those who read what somebody wrote. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

const minutesOf = (timeOfDay: string) => Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));

const untilMinutes = (now: number, then: number) => (then - now + dayMinutes) % dayMinutes;

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const wallMinutes = (time: number, timeZone: string) => minutesOf(formatOf(timeZone).format(time));
