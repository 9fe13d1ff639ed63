import { z } from 'zod';
import { SOFT_DELETED, type Stream } from './streams.ts';

/** The parts of a stream's metadata that change what its reads return. Anything else is kept and not looked at. */
const truncationSchema = z.object({
  $maxCount: z.number().int().positive().optional().catch(undefined),
  $maxAge: z.number().int().positive().optional().catch(undefined),
  $tb: z.number().nonnegative().optional().catch(undefined),
});

/** EventStoreDB's own number for "everything" (2^63 - 1), as other clients expect to read it. */
const TRUNCATE_ALL_JSON = '9223372036854775807';

/** Takes the data of a `$metadata` event over into the stream. Data that is no JSON object changes nothing. */
export function applyMetadata(stream: Stream, data: Uint8Array): void {
  const parsed = truncationSchema.safeParse(parseJson(data));
  if (!parsed.success) return;
  stream.maxCount = parsed.data.$maxCount ?? null;
  stream.maxAge = parsed.data.$maxAge ?? null;
  stream.truncateBefore = Math.min(parsed.data.$tb ?? 0, SOFT_DELETED);
}

/** The metadata that deletes a stream softly, keeping what else was set. */
export function softDeletedMetadata(previous: Uint8Array | undefined): Buffer {
  const marker = '"$tb":0';
  // JSON.stringify cannot write 2^63 - 1 exactly, so the digits are put in afterwards.
  const json = JSON.stringify({ ...readObject(previous), $tb: 0 });
  return Buffer.from(json.replace(marker, `"$$tb":${TRUNCATE_ALL_JSON}`));
}

/** The metadata that brings a softly deleted stream back, from `revision` on. */
export function truncatedMetadata(previous: Uint8Array | undefined, revision: number): Buffer {
  return Buffer.from(JSON.stringify({ ...readObject(previous), $tb: revision }));
}

/** The first revision a read may return, going by `$tb` and `$maxCount`; age is checked event by event. */
export function firstVisibleRevision(stream: Stream): number {
  const byCount = stream.maxCount === null ? 0 : stream.last - stream.maxCount + 1;
  return Math.max(stream.truncateBefore, byCount, 0);
}

function readObject(data: Uint8Array | undefined): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(data && parseJson(data));
  return parsed.success ? parsed.data : {};
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
