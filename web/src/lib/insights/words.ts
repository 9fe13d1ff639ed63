import type { NextBestAction, PerformanceState } from '#domain/insight/events';

/** How somebody gets on, to their face. */
export const stateWords: Readonly<
  Record<
    PerformanceState,
    { label: string; hint: string; tone: 'ok' | 'info' | 'accent' | 'warn' | 'neutral' }
  >
> = {
  focused: { label: 'Focused', hint: 'You read little, and for long.', tone: 'accent' },
  exploring: { label: 'Exploring', hint: 'You look at much that belongs together.', tone: 'info' },
  progressing: { label: 'Progressing', hint: 'You find what you can use.', tone: 'ok' },
  distracted: { label: 'Distracted', hint: 'You go quickly from one thing to another.', tone: 'neutral' },
  stuck: { label: 'Stuck', hint: 'You look for the same thing again and again.', tone: 'warn' },
};

/** Where in the application something is done. */
export function hrefOf({ action, documentId, query }: NextBestAction, caseId: string): string {
  const of = `/cases/${encodeURIComponent(caseId)}`;
  switch (action) {
    case 'read-document':
      return documentId ? `/documents/${encodeURIComponent(documentId)}` : of;
    case 'ask-question':
      return `${of}/ask${query ? `?about=${encodeURIComponent(query)}` : ''}`;
    case 'search':
      return `${of}/search${query ? `?q=${encodeURIComponent(query)}` : ''}`;
    case 'review-failed':
      return `${of}?stage=failed`;
    case 'generate-report':
      return `${of}/reports`;
    case 'upload':
      return of;
  }
}
