import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ fetch, params, depends }) => {
  depends(liveData);
  return { caseView: await createApi(fetch).case(params.caseId) };
};
