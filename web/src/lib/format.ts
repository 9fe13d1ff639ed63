const locale = 'en-GB';
const sizes = ['bytes', 'KB', 'MB', 'GB'];

/** @param bytes 1 KB is 1000 bytes */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < sizes.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${sizes[unit]}`;
}

export const formatCount = (count: number) => count.toLocaleString(locale);

/** `1 page`, `12 pages`. */
export const plural = (count: number, one: string, many = `${one}s`) =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const weekday = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long' });

const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });

export const formatShortDay = (iso: string) => shortDay.format(new Date(iso));
export const formatDay = (iso: string) => day.format(new Date(iso));
export const formatClock = (iso: string) => clock.format(new Date(iso));
export const formatFull = (iso: string) => full.format(new Date(iso));

/** A date somebody claimed may be in any form; what is no date is shown as it stands. */
export function formatClaimed(claimed: string): string {
  const time = Date.parse(claimed);
  return Number.isNaN(time) ? claimed : day.format(time);
}

/** The heading of a day in the timeline. */
export function dayHeading(iso: string, now: Date): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return weekday.format(date);
}

const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const steps = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['month', 2_629_800],
  ['year', 31_557_600],
] as const;

/** `just now`, `5 minutes ago`, `yesterday`. */
export function formatRelative(iso: string, now: Date): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 45) return 'just now';
  const step = steps.findLast(([, length]) => distance >= length * 0.95) ?? steps[0];
  return relative.format(Math.round(seconds / step[1]), step[0]);
}

/** `2 min 5 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
