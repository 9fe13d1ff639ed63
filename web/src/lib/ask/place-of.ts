import type { CitationView } from '#read-api/contract';

/** Where a citation can be looked at: the document at the words, or the page as it is on the web. */
export function placeOf(citation: CitationView): string {
  if (citation.kind === 'article') return /^https?:/.test(citation.url) ? citation.url : '#';
  return `/documents/${encodeURIComponent(citation.documentId)}?start=${citation.start}&end=${citation.end}`;
}
