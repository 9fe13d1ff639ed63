import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import { timelineFilters } from '#lib/timeline/filters.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const filters = timelineFilters(url.searchParams);
  const [history, metrics, document] = await Promise.all([
    api.history(params.caseId, filters),
    api.metrics(params.caseId),
    filters.documentId ? api.document(filters.documentId) : undefined,
  ]);
  return { history, metrics, onlyDocument: document };
};
