import { createApi } from '#lib/api/client.ts';
import { entityFiltersOf } from '#lib/entities/filters.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const [list, { duplicates }] = await Promise.all([
    api.caseEntities(params.caseId, entityFiltersOf(url.searchParams)),
    api.duplicates(params.caseId),
  ]);
  return { list, duplicates };
};
