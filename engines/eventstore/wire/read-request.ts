import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { EventFilter } from '../storage/event-filter.ts';
import type { Direction } from '../storage/log-reader.ts';
import { readStreamName } from './identifiers.ts';
import { invalidArgument } from './service-error.ts';

/** Where a read begins. */
export type StartPoint = 'start' | 'end' | number;

/** A `Streams/Read` request, as the engine understands it. */
export type ReadRequest = {
  readonly source: { readonly kind: 'all' } | { readonly kind: 'stream'; readonly name: string };
  readonly from: StartPoint;
  readonly direction: Direction;
  readonly resolveLinks: boolean;
  /** Events to return, or `subscription` to go on for ever. */
  readonly count: number | 'subscription';
  readonly filter: EventFilter | undefined;
  /** A filtered subscription says where it is after so many events looked at. */
  readonly checkpointInterval: number;
};

/** EventStoreDB's own window when the client names none. */
const DEFAULT_SEARCH_WINDOW = 32;

/** @throws INVALID_ARGUMENT if a part is missing */
export function readReadRequest(request: streams.ReadReq): ReadRequest {
  const options = request.getOptions();
  if (!options) throw invalidArgument('A read needs options.');
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const filter = options.getFilter();
  const all = options.getAll();
  const stream = options.getStream();
  if (!all && !stream) throw invalidArgument('A read needs a stream, or $all.');
  return {
    source: stream ? { kind: 'stream', name: readStreamName(stream.getStreamIdentifier()) } : { kind: 'all' },
    from: stream ? startOfStream(stream) : startOfAll(all),
    direction: backwards ? 'backwards' : 'forwards',
    resolveLinks: options.getResolveLinks(),
    count: options.hasSubscription() ? 'subscription' : Number(options.getCount()),
    filter: filter && readFilter(filter),
    checkpointInterval: filter
      ? Math.max(1, filter.getCheckpointintervalmultiplier()) *
        (filter.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW)
      : Number.POSITIVE_INFINITY,
  };
}

/** The filter of a subscription to `$all`; persistent ones have the same shape. */
export function readFilter(filter: {
  getStreamIdentifier(): Expression | undefined;
  getEventType(): Expression | undefined;
}): EventFilter {
  const onStream = filter.getStreamIdentifier();
  const expression = onStream ?? filter.getEventType();
  if (!expression) throw invalidArgument('A filter needs an event type or a stream name.');
  const regex = expression.getRegex();
  try {
    new RegExp(regex);
  } catch (error) {
    throw invalidArgument(`The filter's regular expression is not one: ${(error as SyntaxError).message}`);
  }
  return { on: onStream ? 'stream' : 'type', prefixes: expression.getPrefixList(), regex };
}

type Expression = { getRegex(): string; getPrefixList(): string[] };

function startOfStream(options: streams.ReadReq.Options.StreamOptions): StartPoint {
  if (options.hasRevision()) return Number(options.getRevision());
  return options.hasEnd() ? 'end' : 'start';
}

function startOfAll(
  options: { hasEnd(): boolean; getPosition(): { getCommitPosition(): string } | undefined } | undefined,
): StartPoint {
  const position = options?.getPosition();
  if (position) return Number(position.getCommitPosition());
  return options?.hasEnd() ? 'end' : 'start';
}
