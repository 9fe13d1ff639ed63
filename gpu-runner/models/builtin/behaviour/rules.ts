import type { BehaviourRequest, SaidOfBehaviour } from '#domain/insight/analysis';
import type { NextBestAction, PerformanceState } from '#domain/insight/events';
import type { ModelIdentity } from '../../model.ts';
import { behaviourDigest } from '../digest.ts';
import { type Signs, signsOf } from './signs.ts';

/** A document that was in sight this long was read; one that was gone sooner was glanced at. Milliseconds. */
const readMs = 45_000;
const glancedMs = 10_000;
const manyDocuments = 5;

/** Raised with any change of what the rules say. */
const rulesVersion = '1';

/** In this order; the first that holds is the state. Of what nothing says more, somebody looks around. */
const rules: readonly { readonly state: PerformanceState; holds(signs: Signs): boolean }[] = [
  {
    state: 'stuck',
    holds: ({ searches, searchedAgain, opens, gaveUpTyping, finds }) =>
      finds === 0 && ((searches >= 3 && searchedAgain >= 2 && opens * 2 <= searches) || gaveUpTyping >= 3),
  },
  { state: 'progressing', holds: ({ finds }) => finds >= 2 },
  {
    state: 'focused',
    holds: ({ dwells, onTopTwo, medianDwellMs }) => dwells > 0 && onTopTwo >= 0.7 && medianDwellMs >= readMs,
  },
  {
    state: 'distracted',
    holds: ({ documents, medianDwellMs, dwells, related }) =>
      documents >= manyDocuments && dwells > 0 && medianDwellMs < glancedMs && related < 0.5,
  },
  { state: 'exploring', holds: () => true },
];

/** What helps in each state, the most helpful first; what is not named comes after. */
const helpful: Readonly<Record<PerformanceState, readonly NextBestAction['action'][]>> = {
  stuck: ['ask-question', 'search', 'read-document'],
  progressing: ['generate-report', 'read-document', 'ask-question'],
  focused: ['read-document', 'ask-question', 'generate-report'],
  distracted: ['ask-question', 'read-document', 'review-failed'],
  exploring: ['read-document', 'search', 'ask-question'],
};

export const behaviourRulesIdentity: ModelIdentity = {
  name: 'casefold-behaviour-rules',
  version: rulesVersion,
  digest: behaviourDigest([
    rulesVersion,
    rules.map(({ state }) => state).join(' '),
    String(readMs),
    String(glancedMs),
    String(manyDocuments),
    JSON.stringify(helpful),
  ]),
  kind: 'built-in',
};

/** Tells from counts alone how somebody gets on, and what of what there is to do would help. */
export function analyseByRules(request: BehaviourRequest): SaidOfBehaviour {
  const signs = signsOf(request);
  const state = rules.find(({ holds }) => holds(signs))?.state ?? 'exploring';
  const order = helpful[state];
  const rank = ({ action }: NextBestAction) =>
    order.includes(action) ? order.indexOf(action) : order.length;
  const nextBestActions = varied(request.candidates.toSorted((a, b) => rank(a) - rank(b)));
  const notification = notificationOf(state, request, nextBestActions[0]);
  return {
    intent: intentOf(request),
    state,
    nextBestActions,
    ...(notification && { notification }),
  };
}

/** Three of them: one of each kind first, as far as there are, then what is left. */
function varied(candidates: readonly NextBestAction[]): NextBestAction[] {
  const firsts = candidates.filter(
    ({ action }, index) => candidates.findIndex((each) => each.action === action) === index,
  );
  return [...firsts, ...candidates.filter((each) => !firsts.includes(each))].slice(0, 3);
}

/** What somebody is after, in what they said themselves, or else in what they read most. */
function intentOf({ done, documents }: BehaviourRequest): string {
  const query = done.findLast(({ action }) => action === 'searched')?.query;
  const topics = [
    ...Map.groupBy(
      documents.flatMap((each) => each.topics),
      (topic) => topic,
    ),
  ]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 2)
    .map(([topic]) => topic);
  const about = topics.length > 0 ? ` in documents about ${topics.join(' and ')}` : '';
  if (query) return `Looks for “${query}”${about}.`;
  const name = documents[0]?.fileName;
  if (topics.length > 0) return `Reads about ${topics.join(' and ')}${name ? `, last in ${name}` : ''}.`;
  return name ? `Reads ${name}.` : 'Looks around in the case.';
}

/** Somebody who is at work is left alone. */
function notificationOf(
  state: PerformanceState,
  { done }: BehaviourRequest,
  first: NextBestAction | undefined,
): SaidOfBehaviour['notification'] {
  if (!first || (state !== 'stuck' && state !== 'distracted')) return undefined;
  const query = done.findLast(({ action }) => action === 'searched')?.query;
  if (state === 'stuck') {
    return {
      title: query ? `Not finding “${query}”?` : 'Not finding it?',
      body: `${first.label}. ${first.reason}`,
      urgency: 'normal',
    };
  }
  return { title: 'Where to go on', body: `${first.label}. ${first.reason}`, urgency: 'low' };
}
