import { createApi } from '#lib/api/client.ts';
import { filtersOf } from '#lib/documents/filters.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData);
  return { list: await createApi(fetch).documents(params.caseId, filtersOf(url.searchParams)) };
};
