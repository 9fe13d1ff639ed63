import { cleanText } from '#domain/plain-text';

/**
 * A value of JSON's shape with each NUL and lone surrogate in its strings and keys replaced (U+FFFD). The write side
 * refuses them, but a log may hold events from before it did, or from elsewhere, and Postgres takes neither: one such
 * event would stop a read model for ever.
 *
 * @returns the value itself where there is nothing to replace, and whatever is no plain object or list as it is
 */
export function storable<Value>(value: Value): Value;
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) {
    const cleaned = value.map((each: unknown) => storable(each));
    return cleaned.some((each, index) => each !== value[index]) ? cleaned : value;
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, each]) => {
    const cleaned: [string, unknown] = [cleanText(key), storable<unknown>(each)];
    changed ||= cleaned[0] !== key || cleaned[1] !== each;
    return cleaned;
  });
  return changed ? Object.fromEntries(entries) : value;
}
