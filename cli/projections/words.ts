/** Numbers and times as a person says them. */

export const count = (value: number | string): string =>
  BigInt(Math.round(Number(value))).toLocaleString('en');

/** A rate in events a second. */
export const perSecond = (rate: number): string => `${rate < 10 ? rate.toFixed(1) : count(rate)}/s`;

/** Never 100 % before it is. */
export const percent = (share: number): string =>
  share >= 1 ? '100 %' : `${(Math.floor(Math.max(0, share) * 1000) / 10).toFixed(1)} %`;

const units = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** A length of time in its two largest units: `2 min 10 s`. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 10) {
    return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
  }
  let left = Math.round(seconds);
  const index = units.findIndex(([size]) => left >= size);
  if (index < 0) return '0 s';
  const parts: string[] = [];
  for (const [size, name] of units.slice(index, index + 2)) {
    const whole = Math.floor(left / size);
    left -= whole * size;
    if (whole > 0) parts.push(`${whole} ${name}`);
  }
  return parts.join(' ');
}

/** A remaining time; `…` while it cannot be told. */
export const left = (seconds: number | undefined): string =>
  seconds === undefined ? '…' : `${duration(Math.ceil(seconds))} left`;

/** A time of day in UTC, to the second. */
export const moment = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '');

/** What came from elsewhere, fit for one line of a terminal. */
export const oneLine = (text: string, longest = Number.POSITIVE_INFINITY): string => {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

export const plural = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;
