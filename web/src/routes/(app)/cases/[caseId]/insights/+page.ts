import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, depends }) => {
  depends(liveData);
  return { insights: await createApi(fetch).insights(params.caseId) };
};
