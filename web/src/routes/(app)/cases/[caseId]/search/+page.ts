import { createApi } from '#lib/api/client.ts';
import { ProblemError } from '#lib/api/problem.ts';
import { modeOf } from '#lib/search/modes.ts';
import type { GraphSearchAnswer, SearchAnswer } from '#read-api/contract';
import type { PageLoad } from './$types';

/** Hits asked for; more than a person reads, few enough to rank well. */
const limit = 30;

/** What a search comes to: passages, documents over the graph, or that the person's tier does not have it. */
type Found = {
  answer?: SearchAnswer;
  graph?: GraphSearchAnswer;
  refused?: { title: string; detail: string | undefined };
};

export const load: PageLoad = async ({ fetch, params, url }) => {
  const q = url.searchParams.get('q')?.trim() ?? '';
  const mode = modeOf(url.searchParams.get('mode'));
  const unseen = url.searchParams.get('unseen') === 'true';
  const api = createApi(fetch);
  const { caseId } = params;

  async function find(): Promise<Found> {
    if (!q) return {};
    if (mode !== 'graph') return { answer: await api.search({ q, caseId, mode, limit }) };
    try {
      return { graph: await api.graphSearch({ q, caseId, unseen: unseen ? 'true' : 'false', limit }) };
    } catch (error) {
      // What a tier does not have is no error of the page: it says how to get it.
      if (!(error instanceof ProblemError) || error.status !== 403) throw error;
      return { refused: { title: error.title, detail: error.detail } };
    }
  }
  const found: Found = await find();
  return { q, mode, unseen, ...found };
};
