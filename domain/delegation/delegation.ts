import { setup, transition } from 'xstate';
import type { Tier } from '../user/events.ts';

/** Work that is more than a look into a read model, by what is asked for. */
export const works = [
  'ExtractText',
  'AnalyseDocument',
  'LinkDocument',
  'AnswerQuestion',
  'Recommend',
  'WriteReport',
  'AnalyseGraph',
  'ResearchDeeply',
] as const;
export type Work = (typeof works)[number];

/** Open to everybody, and where it is done: by the workers of the commands role, or in the gpu-runner's queue. */
const open = {
  ExtractText: 'cpuWorkers',
  AnalyseDocument: 'modelQueue',
  LinkDocument: 'modelQueue',
  AnswerQuestion: 'modelQueue',
  Recommend: 'modelQueue',
  WriteReport: 'modelQueue',
} as const;

/**
 * Where work goes that somebody asks for: the machine stands in the person's tier, the work is the event, and the next
 * state is the place. This is the one table of it; whoever hands work on asks `placeOf`.
 */
export const delegationMachine = setup({
  types: { events: {} as { readonly type: Work } },
}).createMachine({
  id: 'delegation',
  initial: 'free',
  states: {
    free: { on: { ...open, AnalyseGraph: 'needsPro', ResearchDeeply: 'needsPro' } },
    pro: { on: { ...open, AnalyseGraph: 'modelQueue', ResearchDeeply: 'modelQueue' } },
    cpuWorkers: { type: 'final' },
    modelQueue: { type: 'final' },
    needsPro: { type: 'final' },
  },
});

/** `cpuWorkers`: threads of the commands role. `modelQueue`: the gpu-runner's. `needsPro`: nowhere, at this tier. */
export type Place = 'cpuWorkers' | 'modelQueue' | 'needsPro';

/** Where a person's work goes. */
export function placeOf(work: Work, tier: Tier): Place {
  const snapshot = delegationMachine.resolveState({ value: tier });
  const [{ value }] = transition(delegationMachine, snapshot, { type: work });
  if (value === 'free' || value === 'pro') throw new Error(`Nobody has said where "${work}" is done.`);
  return value;
}

/**
 * Lets work through that its person's tier allows, and says where it goes.
 *
 * @throws {Problem} 403 `needs-pro`, in words that say how to change it
 */
export type Gate = (work: Work, userId: string) => Promise<Exclude<Place, 'needsPro'>>;
