import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const shown = url.searchParams.get('question');
  const [questions, question, documents] = await Promise.all([
    api.questions(params.caseId),
    shown ? api.question(shown) : undefined,
    api.documents(params.caseId, { limit: 1 }),
  ]);
  return {
    questions,
    question,
    topics: documents.facets.topic.map(({ value }) => value),
    total: documents.total,
  };
};
