import type { QuestionView } from '#read-api/contract';

/**
 * The number that each citation is shown with, from 1, in the order in which a reader meets them: through the answer,
 * then through what research asked on the way.
 *
 * @returns citations' places in their list, in the order of their numbers
 */
export function readingOrder({
  sentences,
  steps,
}: Pick<QuestionView, 'sentences' | 'steps'>): readonly number[] {
  const met = [...sentences, ...steps.flatMap((step) => step.sentences)];
  return [...new Set(met.flatMap(({ citations }) => citations))];
}
