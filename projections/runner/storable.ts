import { cleanText, isStorable } from '#domain/plain-text';

/**
 * A value of JSON's shape with each NUL and lone surrogate in its strings and keys replaced (U+FFFD). The write side
 * refuses them, but a log may hold events from before it did, or from elsewhere, and Postgres takes neither: one such
 * event would stop a read model for ever.
 *
 * @returns the value itself where there is nothing to replace, and whatever is no plain object or list as it is
 */
export function storable<Value>(value: Value): Value;
export function storable(value: unknown): unknown {
  return isClean(value) ? value : cleaned(value);
}

/** Looks without making anything: this is done for every string of the log, and hardly ever finds something. */
function isClean(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (Array.isArray(value)) return value.every(isClean);
  if (!isPlain(value)) return true;
  for (const key in value) if (!isStorable(key) || !isClean(value[key])) return false;
  return true;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [cleanText(key), cleaned(each)]));
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
