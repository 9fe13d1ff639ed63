import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const [cases, demo] = await Promise.all([api.cases(), api.demo()]);
  return { cases: cases.items, demo };
};
