import type { EventTypes } from './event-types.ts';
import type { EventPredicate } from './log-reader.ts';
import type { Streams } from './streams.ts';

/** A server-side filter of `$all`, as a client asks for it. */
export type EventFilter = {
  readonly on: 'stream' | 'type';
  /** Passes what begins with one of these; used if there are any. */
  readonly prefixes: readonly string[];
  /** Passes what this matches anywhere. */
  readonly regex: string;
};

/**
 * Compiles a filter. Each stream or type name is looked at once; after that an event passes or not by an integer.
 *
 * @throws {SyntaxError} if the regular expression is not one
 */
export function compileFilter(filter: EventFilter, streams: Streams, types: EventTypes): EventPredicate {
  const { prefixes } = filter;
  const regex = new RegExp(filter.regex);
  const nameMatches =
    prefixes.length > 0
      ? (name: string) => prefixes.some((prefix) => name.startsWith(prefix))
      : (name: string) => regex.test(name);
  const known = new Map<number, boolean>();
  const nameOf =
    filter.on === 'stream' ? (id: number) => streams.nameOf(id) : (id: number) => types.nameOf(id);
  const matches = (id: number) => {
    let result = known.get(id);
    if (result === undefined) {
      result = nameMatches(nameOf(id));
      known.set(id, result);
    }
    return result;
  };
  return filter.on === 'stream' ? (stream) => matches(stream) : (_stream, type) => matches(type);
}
