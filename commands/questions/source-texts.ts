import { documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import { cleanText } from '#domain/plain-text';
import type { Article } from '#domain/question/events';
import { readText } from '#platform/document-text';
import type { EventStore } from '#platform/event-store';
import type { BlobStore } from '#platform/ports';
import { lastOf } from '../last-of.ts';
import type { TextOf } from './citation-list.ts';

type Extracted = Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>;

/** Reads the extracted texts of what is cited, each once. */
export function sourceTexts(
  { store, blobs }: { store: EventStore; blobs: BlobStore },
  articles: readonly Article[],
): TextOf {
  const texts = new Map<string, Promise<string | undefined>>();
  const read = async (sha256: string | undefined) =>
    sha256 === undefined ? undefined : cleanText(await readText(blobs, sha256));
  return (source) => {
    const key = source.kind === 'document' ? source.documentId : source.articleId;
    let text = texts.get(key);
    if (!text) {
      text =
        source.kind === 'document'
          ? lastTextOf(store, key).then(read)
          : read(articles.find(({ articleId }) => articleId === key)?.text.sha256);
      texts.set(key, text);
    }
    return text;
  };
}

/** The hash of a document's text as it was last extracted. */
const lastTextOf = async (store: EventStore, documentId: string) =>
  (await lastOf<Extracted>(store, documentStream(documentId), 'DocumentTextExtracted'))?.text.sha256;
