import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import type { PageLoad } from './$types';

/** Events of the document shown beside it; the timeline has them all. */
const recent = 8;

export const load: PageLoad = async ({ fetch, params, depends }) => {
  depends(liveData);
  const api = createApi(fetch);
  const { documentId } = params;
  const [document, similar, entities, history] = await Promise.all([
    api.document(documentId),
    api.similar(documentId),
    api.entities(documentId),
    api.documentHistory(documentId, { limit: recent }),
  ]);
  return {
    document,
    similar: similar.similar,
    entities: entities.entities,
    history: history.items.slice(0, recent),
    caseView: await api.case(document.caseId),
  };
};
