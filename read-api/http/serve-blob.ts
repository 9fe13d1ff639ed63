import type { Context } from 'hono';
import { Problem } from '#platform/http/problem';
import type { BlobStore, ByteRange } from '#platform/ports';
import { contentMissing } from '../queries/document-detail.ts';
import { requestedRange } from './byte-range.ts';
import { entityTag, noneMatch, rangeStillApplies } from './entity-tag.ts';

/**
 * Streams a blob: whole, or the range asked for (206; 416 where there is none), or nothing for a client that has it
 * already (304). Content-addressed bytes never change, so their hash is the entity tag.
 *
 * @param headers what the representation is: type, disposition …
 */
export async function serveBlob(
  c: Context,
  blobs: BlobStore,
  sha256: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const tag = entityTag(sha256);
  // Who may see it can change, so a cache asks each time; the tag makes that cheap.
  const common = { ...headers, ETag: tag, 'Cache-Control': 'private, no-cache', 'Accept-Ranges': 'bytes' };
  if (noneMatch(c.req.header('if-none-match'), tag)) return c.body(null, 304, common);

  const size = await blobs.size(sha256);
  if (size === undefined) throw contentMissing(sha256);
  const asked = rangeStillApplies(c.req.header('if-range'), tag) ? c.req.header('range') : undefined;
  const range = requestedRange(asked, size);
  if (range === 'unsatisfiable') {
    throw new Problem(416, 'range-not-satisfiable', 'This part does not exist', {
      detail: `The content has ${size} bytes.`,
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const { start, end } = range === 'whole' ? { start: 0, end: size } : range;
  const lengths = {
    'Content-Length': String(end - start),
    ...(range !== 'whole' && { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  };
  const status = range === 'whole' ? 200 : 206;
  const all = { ...common, ...lengths };
  if (c.req.method === 'HEAD') return c.body(null, status, all);
  return c.body(lazily(blobs, sha256, { start, end }), status, all);
}

/** Opens the blob when the first byte is asked for, so that a request that ends before leaves nothing open. */
function lazily(blobs: BlobStore, sha256: string, range: ByteRange): ReadableStream<Uint8Array> {
  async function* bytes() {
    yield* await blobs.read(sha256, range);
  }
  return ReadableStream.from(bytes());
}
