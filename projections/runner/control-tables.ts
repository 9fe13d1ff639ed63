import { bigint, integer, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** The control plane: which projections there are, in which generation, and how far each has come. */
export const control = pgSchema('control');

/** Where readers find the live generation of every table, as views of the same names. */
export const read = pgSchema('read');

export const projectionGeneration = control.table(
  'projection_generation',
  {
    name: text('name').notNull(),
    generation: integer('generation').notNull(),
    /** Version of the projection's code that filled it. */
    version: integer('version').notNull(),
    /** `live`: readers see it. `building`: being filled beside the live one. `retired`: kept for a while. */
    state: text('state', { enum: ['live', 'building', 'retired'] }).notNull(),
    /** Position of the last event applied; -1 for none. */
    position: bigint('position', { mode: 'bigint' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.name, table.generation] })],
);
