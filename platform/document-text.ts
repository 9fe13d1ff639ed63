import { documentStructureSchema } from '#domain/document/structure';
import type { BlobStore } from '#platform/ports';

/** Reads a blob that is UTF-8 text. */
export const readText = async (blobs: BlobStore, sha256: string): Promise<string> =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blobs.readBytes(sha256));

/** Stores text as a UTF-8 blob. */
export const putText = (blobs: BlobStore, text: string) => blobs.put(new TextEncoder().encode(text));

type Blob = { readonly sha256: string };

/** A document's passages with their text, from the two blobs its extraction names. */
export async function readPassages(blobs: BlobStore, { text, structure }: { text: Blob; structure: Blob }) {
  const whole = await readText(blobs, text.sha256);
  const { passages } = documentStructureSchema.parse(JSON.parse(await readText(blobs, structure.sha256)));
  return passages.map((passage) => ({ ...passage, text: whole.slice(passage.start, passage.end) }));
}

/**
 * What is read together with a passage, so that it is found by what it belongs to (contextual retrieval): the title of its
 * document and its section, a line each.
 */
export const contextOf = ({
  title,
  section,
}: {
  title?: string | undefined;
  section?: string | undefined;
}): string => [title, section].filter(Boolean).join('\n');
