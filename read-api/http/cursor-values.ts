import { z } from 'zod';

/** A time as a page of cases ends with: ISO 8601, UTC, in milliseconds, and one that Postgres takes (no year 0). */
export const isoPlace = z.iso.datetime({ precision: 3 }).refine((text) => !text.startsWith('0000'));

const postgresTime =
  /^(?<date>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)[+-](?:0\d|1[0-5])(?::[0-5]\d){0,2}$/;

/** A `timestamptz` as Postgres writes it, with a date that there is. */
export const timestampPlace = z.string().refine((text) => {
  const { date, time } = postgresTime.exec(text)?.groups ?? {};
  return z.iso.datetime().safeParse(`${date}T${time}Z`).success && !text.startsWith('0000');
});

/** A count that fits Postgres' `bigint`. */
export const bigintPlace = z.string().regex(/^\d{1,18}$/);
