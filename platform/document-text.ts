import type { BlobStore } from '#platform/ports';

/** Reads a blob that is UTF-8 text. */
export const readText = async (blobs: BlobStore, sha256: string): Promise<string> =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blobs.readBytes(sha256));

/** Stores text as a UTF-8 blob. */
export const putText = (blobs: BlobStore, text: string) => blobs.put(new TextEncoder().encode(text));
