import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const [reports, documents] = await Promise.all([
    api.reports(params.caseId),
    api.documents(params.caseId, { limit: 1 }),
  ]);
  // Without one in the address, the newest.
  const shown = url.searchParams.get('report') ?? reports.items[0]?.reportId;
  return { reports, report: shown ? await api.report(shown) : undefined, total: documents.total };
};
