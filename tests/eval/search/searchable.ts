import { createHash } from 'node:crypto';
import { read } from '#commands/extraction/testing/read';
import { type ReadSide, startReadSide } from '../../integration/read-side.ts';

export type File = {
  readonly documentId: string;
  readonly fileName: string;
  readonly bytes: Uint8Array | string;
};
/** A collection that is searched as a person searches it. */
export type Searchable = ReadSide & {
  /** The extracted text of a document. */
  textOf(documentId: string): string;
};

export const caseId = 'collection';
/** While one is written, others are read. */
const filesAtOnce = 8;

/** Reads files as an upload is read, and has every projection take them in. Whoever asks closes it. */
export async function makeSearchable(files: readonly File[]): Promise<Searchable> {
  const side = await startReadSide();
  const texts = new Map<string, string>();
  try {
    await side.append(`case-${caseId}`, { type: 'CaseOpened', data: { caseId, name: 'Collection' } }, caseId);
    const waiting = files.values();
    const work = async () => {
      for (const file of waiting) texts.set(file.documentId, await addFile(side, file));
    };
    await Promise.all(Array.from({ length: filesAtOnce }, work));
    await side.caughtUp(String(await side.clients.store.headPosition()));
  } catch (error) {
    await side.close();
    throw error;
  }
  return {
    ...side,
    textOf(documentId) {
      const text = texts.get(documentId);
      if (text === undefined) throw new Error(`There is no document ${documentId}.`);
      return text;
    },
  };
}

async function addFile(side: ReadSide, { documentId, fileName, bytes }: File): Promise<string> {
  const { text, title, pages, sections, passages, mediaType, extractor } = await read(bytes, fileName);
  const ids = { documentId, caseId };
  const stream = `document-${documentId}`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await side.append(
    stream,
    { type: 'DocumentUploaded', data: { ...ids, fileName, sha256, size: bytes.length, mediaType } },
    caseId,
  );
  const [textBlob, structureBlob] = await Promise.all([
    side.putText(text),
    side.putText(JSON.stringify({ pages, sections, passages })),
  ]);
  const counts = { pages: pages.length, sections: sections.length, passages: passages.length };
  await side.append(
    stream,
    {
      type: 'DocumentTextExtracted',
      data: {
        ...ids,
        mediaType,
        ...(title && { title }),
        text: { sha256: textBlob.sha256, characters: text.length },
        structure: { sha256: structureBlob.sha256, ...counts },
        attachments: [],
        extractor,
        warnings: [],
      },
    },
    caseId,
  );
  return text;
}
