/** Of Emmett's PostgreSQL package, what the bench uses; the package itself is installed when it is asked for. */
declare module '@event-driven-io/emmett-postgresql' {
  import type pg from 'pg';

  export type Message = {
    readonly type: string;
    readonly data: unknown;
    readonly metadata: Readonly<Record<string, unknown>> & {
      readonly messageId: string;
      readonly streamName: string;
      readonly streamPosition: bigint;
      readonly globalPosition: bigint;
    };
  };
  export type Context = { readonly connection: { readonly client: pg.ClientBase } };
  export type Projection = {
    readonly name: string;
    readonly version: number;
    readonly canHandle: readonly string[];
    handle(messages: readonly Message[], context: Context): Promise<void>;
    truncate(context: Context): Promise<void>;
  };

  export function getPostgreSQLEventStore(url: string): {
    readonly schema: { migrate(): Promise<unknown> };
    appendToStream(stream: string, events: readonly object[]): Promise<unknown>;
    close(): Promise<void>;
  };
  export function postgreSQLProjection(definition: Projection): Projection;
  export function postgreSQLEventStoreConsumer(options: { readonly connectionString: string }): {
    projector(options: { readonly projection: Projection }): unknown;
    start(): Promise<void>;
    close(): Promise<void>;
  };
  export function rebuildPostgreSQLProjections(options: {
    readonly connectionString: string;
    readonly projections: readonly Projection[];
    readonly pulling: { readonly batchSize: number; readonly pullingFrequencyInMs: number };
  }): { start(): Promise<void>; close(): Promise<void> };
}
