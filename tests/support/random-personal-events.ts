import type { Provenance } from '#domain/document/events';
import type { CasefoldEvent } from '#domain/registry';
import { pick, several } from './random.ts';

type Random = () => number;

/** Whom and what events may be about. */
type Things = {
  readonly cases: readonly string[];
  readonly users: readonly string[];
  readonly provenance: Provenance;
};

/** An insight about a person, or one of a few notifications on its way: what comes too early or twice is there as well. */
export function personalEvent({ cases, users, provenance }: Things, random: Random): CasefoldEvent {
  const number = Math.floor(random() * 4);
  const userId = pick(users, random);
  const time = '2026-01-01T00:00:00.000Z';
  const insight = { userId, insightId: `i${random()}`, caseId: pick(cases, random) };
  const window = { from: time, to: time, entries: 12 };
  const ids = { notificationId: `n${number}`, userId: pick(users, () => number / 4) };
  const said = { title: 'Go on', body: 'Read d1.', urgency: 'normal' as const };
  const channel = pick(['toast', 'email'] as const, random);
  const makers: readonly (() => CasefoldEvent)[] = [
    () => ({
      type: 'BehaviourAnalysed',
      data: { ...insight, window, intent: 'Reads.', state: 'focused', nextBestActions: [], provenance },
    }),
    () => ({
      type: 'BehaviourAnalysisFailed',
      data: { ...insight, window, reason: 'invalid-output', message: 'No.' },
    }),
    () => ({ type: 'NotificationRequested', data: { ...ids, ...said, channels: ['toast', 'email'] } }),
    () => ({ type: 'NotificationSendingStarted', data: { ...ids, channel, attempt: 1, at: time } }),
    () => ({
      type: 'NotificationPutOff',
      data: { ...ids, channel, attempt: 1, reason: 'away', message: 'No answer.', nextAt: time },
    }),
    () => ({ type: 'NotificationSent', data: { ...ids, channel } }),
    () => ({ type: 'NotificationFailed', data: { ...ids, channel, reason: 'refused', message: 'No.' } }),
    () => ({ type: 'NotificationRead', data: ids }),
  ];
  return pick(makers, random)();
}

/** What is recommended to somebody, and what they make of it, on the list or not. */
export function recommendationEvent(
  { cases, users, provenance, documents }: Things & { readonly documents: readonly string[] },
  random: Random,
): CasefoldEvent {
  const ids = { userId: pick(users, random), caseId: pick(cases, random) };
  const documentId = pick([...documents, 'unknown'], random);
  const makers: readonly (() => CasefoldEvent)[] = [
    () => ({
      type: 'RecommendationsGenerated',
      data: {
        ...ids,
        recommendations: several([...documents, 'unknown'], random).map((id) => ({
          documentId: id,
          caseId: ids.caseId,
          fileName: `${id}.pdf`,
          score: random(),
          reasons: [{ kind: 'similar', words: 'Its text is like that of “d1”', documentId: 'd1' }],
        })),
        upTo: '10',
        provenance,
      },
    }),
    () => ({ type: 'RecommendationFollowed', data: { ...ids, documentId } }),
    () => ({ type: 'RecommendationDismissed', data: { ...ids, documentId } }),
  ];
  return pick(makers, random)();
}
