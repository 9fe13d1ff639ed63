import type { RecordedEvent } from '#domain/event';
import type { NewEvent } from '#platform/event-store';
import type { SpanPlace } from './span-ids.ts';

/** Never document content, file names or secrets: traces go to other systems. Names as in OpenTelemetry's conventions. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type SpanOptions = {
  /** What it is part of. */
  readonly parent: SpanPlace;
  /** The id of the span itself, where others have to know it; otherwise random. */
  readonly id?: string;
  readonly kind?: 'internal' | 'server' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
  /** Spans of other traces that have to do with it. */
  readonly links?: readonly Required<SpanPlace>[];
};

/** When something began, in milliseconds since 1970, and how long it took. */
export type Period = { readonly startedAt: number; readonly seconds: number };

/** A span while its work goes on. */
export type OpenSpan = {
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** Says that the work failed, and how, in one word; a throw says so by itself. */
  fail(type: string): void;
};

/** Makes spans of any kind. */
export type SpanRecorder = {
  /**
   * Runs work as one span. A throw marks it as failed, with the error's name only: a message may tell of a document.
   * What the work does through `withinSpan` goes under it.
   */
  span<Result>(
    name: string,
    options: SpanOptions,
    work: (span: OpenSpan) => Promise<Result>,
  ): Promise<Result>;
  /** Takes note of what is over already. */
  record(name: string, options: SpanOptions, period: Period): void;
  /** False for a trace that is left out whole: whoever asks first spares making what nobody keeps. */
  keeps(traceId: string): boolean;
};

/** A batch that a live projection has applied and committed. */
export type AppliedBatch = Period & {
  readonly projection: string;
  readonly generation: number;
  readonly events: readonly RecordedEvent[];
};

/** The spans of what happens to an event; each is in the trace of the event's correlation id. */
export type EventSpans = {
  /** An append that succeeded. What is done about each event goes under its span. */
  appended(stream: string, events: readonly NewEvent[], period: Period): void;
  /** A committed batch of a live projection: a span for each event, up to a limit. Never call it in a rebuild. */
  applied(batch: AppliedBatch): void;
  /** An event was sent to `sockets` people who watch. */
  pushed(event: RecordedEvent, sockets: number): void;
};

/** Spans made in this process that got to the collector, and those that never will. */
export type SpanCounts = { readonly exported: number; readonly dropped: number };

/** Traces of what goes on, for another system to show. */
export type Tracer = SpanRecorder &
  EventSpans & {
    counts(): SpanCounts;
    /** Sends what is left, for a moment at the most. */
    close(): Promise<void>;
  };

const noSpan: OpenSpan = { rename() {}, set() {}, fail() {} };

/** Makes no spans, and does nothing but the work. */
export const noTracer: Tracer = {
  span: (_name, _options, work) => work(noSpan),
  record() {},
  keeps: () => false,
  appended() {},
  applied() {},
  pushed() {},
  counts: () => ({ exported: 0, dropped: 0 }),
  close: async () => {},
};
