import type { ClaimLink } from '#domain/report/events';

/** Where what a claim rests on can be looked at: the document at the words, or the timeline at the event. */
export function linkPlace(link: ClaimLink, caseId: string): string {
  return link.kind === 'passage'
    ? `/documents/${encodeURIComponent(link.documentId)}?start=${link.start}&end=${link.end}`
    : `/cases/${encodeURIComponent(caseId)}/timeline?at=${link.position}`;
}
