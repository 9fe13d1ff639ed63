import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** The control plane: which projections there are, in which generations, how far each has come, and who runs it. */
export const control = pgSchema('control');

/** Where readers find the live generation of every table, as views of the same names. */
export const read = pgSchema('read');

const time = (name: string) => timestamp(name, { withTimezone: true });

/** The fillings of each read model in Postgres. */
export const projectionGeneration = control.table(
  'projection_generation',
  {
    name: text('name').notNull(),
    generation: integer('generation').notNull(),
    /** Version of the projection's code that fills it. */
    version: integer('version').notNull(),
    /** As in `GenerationState`; the row of a `dropped` one stays, so that its number is not used again. */
    state: text('state', { enum: ['building', 'ready', 'live', 'retired', 'dropped'] }).notNull(),
    /** Into how many partitions its events are split by stream. */
    partitions: integer('partitions').notNull().default(1),
    /** The rebuild that made it. */
    rebuildId: text('rebuild_id'),
    /** The model that makes its content, where one does. */
    madeBy: text('made_by'),
    /** True once what only speeds up reading is there. */
    indexed: boolean('indexed').notNull().default(false),
    createdAt: time('created_at').notNull().defaultNow(),
    /** When it came to be in its state. */
    changedAt: time('changed_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.name, table.generation] })],
);

/** How far each partition of a generation has come: moved in the transaction that writes the rows. */
export const projectionCheckpoint = control.table(
  'projection_checkpoint',
  {
    name: text('name').notNull(),
    generation: integer('generation').notNull(),
    partition: integer('partition').notNull(),
    /** Position of the last event taken in; -1 for none. */
    position: bigint('position', { mode: 'bigint' }).notNull(),
    /** Token of the lease of whoever may move it. */
    fence: bigint('fence', { mode: 'bigint' }).notNull(),
    /** Events folded in, by type. */
    applied: jsonb('applied').$type<Readonly<Record<string, number>>>().notNull(),
    /** The last parked stream that was folded in afterwards: `<stream>@<position>`. */
    released: text('released'),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.name, table.generation, table.partition] })],
);

/** Who may work on what, and until when. A row stays after its lease has ended, so that tokens only grow. */
export const projectionLease = control.table('projection_lease', {
  /** What is leased: a partition of a projection, a rebuild. */
  unit: text('unit').primaryKey(),
  holder: text('holder').notNull(),
  token: bigint('token', { mode: 'bigint' }).notNull(),
  expiresAt: time('expires_at').notNull(),
});

/** Events that a projection could not take in, and those of the same streams that wait behind them. */
export const parkedEvent = control.table(
  'parked_event',
  {
    projection: text('projection').notNull(),
    generation: integer('generation').notNull(),
    stream: text('stream').notNull(),
    position: bigint('position', { mode: 'bigint' }).notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    /** What was thrown; of one that waits, what was thrown at the one before it. */
    error: text('error').notNull(),
    attempts: integer('attempts').notNull(),
    parkedAt: time('parked_at').notNull().defaultNow(),
    /** False for one that only waits behind another of its stream. */
    isCause: boolean('is_cause').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projection, table.generation, table.position] }),
    index('parked_event_stream').on(table.projection, table.generation, table.stream),
  ],
);
