import { z } from 'zod';
import type { OllamaConnection } from './connection.ts';

/** What a model was made for, as far as the server tells. */
export type ModelShape = {
  /** Length of its vectors. */
  readonly embeddingLength: number | undefined;
  /** Tokens it can look at, at the most. */
  readonly contextLength: number | undefined;
};

const lengthSchema = z.number().int().positive();

/**
 * Asks the server for the lengths a model was made with.
 *
 * @throws {ServiceUnavailableError} while the server is away, or has not got the model
 */
export async function modelShape(
  connection: OllamaConnection,
  model: string,
  signal?: AbortSignal,
): Promise<ModelShape> {
  const { model_info: info } = await connection.ask((client) => client.show({ model }), signal);
  // A map in the client's types, a plain object on the wire: `{"nomic-bert.embedding_length": 768}`.
  const told = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(info));
  const length = (name: string) =>
    told.flatMap(([key, value]) => {
      const parsed = lengthSchema.safeParse(value);
      return key.endsWith(`.${name}`) && parsed.success ? [parsed.data] : [];
    })[0];
  return { embeddingLength: length('embedding_length'), contextLength: length('context_length') };
}
