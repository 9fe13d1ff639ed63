import { createApi } from '#lib/api/client.ts';
import { modeOf } from '#lib/search/modes.ts';
import type { PageLoad } from './$types';

/** Hits asked for; more than a person reads, few enough to rank well. */
const limit = 30;

export const load: PageLoad = async ({ fetch, params, url }) => {
  const q = url.searchParams.get('q')?.trim() ?? '';
  const mode = modeOf(url.searchParams.get('mode'));
  const answer = q ? await createApi(fetch).search({ q, caseId: params.caseId, mode, limit }) : undefined;
  return { q, mode, answer };
};
