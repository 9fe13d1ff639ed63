import { bigint, customType, pgSchema, text } from 'drizzle-orm/pg-core';

/**
 * pgvector's `vector`, sent in its binary form (int16 dimensions, int16 0, then big-endian float32): about ten times
 * faster than as text.
 */
export function vectorBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + vector.length * 4);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  for (const [index, value] of vector.entries()) bytes.writeFloatBE(value, 4 + index * 4);
  return bytes;
}

const vector = customType<{
  data: Float32Array;
  driverData: Buffer | string;
  config: { dimensions: number };
}>({
  dataType: (config) => `vector(${config?.dimensions ?? ''})`,
  toDriver: vectorBytes,
  fromDriver: (value) => Float32Array.from(JSON.parse(String(value)) as number[]),
});

/**
 * Embeddings of one model: passages, and documents (the normalised mean of their passages). Derived data: another model
 * fills another generation.
 */
export const passageVectorsTables = (schema: string, dimensions: number) => {
  const tables = pgSchema(schema);
  const lastPosition = () => bigint('last_position', { mode: 'bigint' }).notNull();
  const embedding = () => vector('embedding', { dimensions }).notNull();
  return {
    passageVector: tables.table('passage_vector', {
      passageId: text('passage_id').primaryKey(),
      documentId: text('document_id').notNull(),
      caseId: text('case_id').notNull(),
      model: text('model').notNull(),
      embedding: embedding(),
      lastPosition: lastPosition(),
    }),
    documentVector: tables.table('document_vector', {
      documentId: text('document_id').primaryKey(),
      caseId: text('case_id').notNull(),
      model: text('model').notNull(),
      embedding: embedding(),
      lastPosition: lastPosition(),
    }),
  };
};
