import { createApi } from '#lib/api/client.ts';
import { filtersOf } from '#lib/documents/filters.ts';
import { liveData } from '#lib/live/context.ts';
import { recommendedData } from '#lib/recommendations/recommended.svelte.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData, recommendedData);
  const api = createApi(fetch);
  const [list, recommended] = await Promise.all([
    api.documents(params.caseId, filtersOf(url.searchParams)),
    api.recommendations(params.caseId),
  ]);
  return { list, recommended };
};
