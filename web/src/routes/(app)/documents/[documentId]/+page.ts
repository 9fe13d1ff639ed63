import { createApi } from '#lib/api/client.ts';
import { liveData } from '#lib/live/context.ts';
import { recommendedData } from '#lib/recommendations/recommended.svelte.ts';
import type { PageLoad } from './$types';

/** Events of the document shown beside it; the timeline has them all. */
const recent = 8;

export const load: PageLoad = async ({ fetch, params, depends }) => {
  depends(liveData, recommendedData);
  const api = createApi(fetch);
  const { documentId } = params;
  const [document, similar, entities, history] = await Promise.all([
    api.document(documentId),
    api.similar(documentId),
    api.entities(documentId),
    api.documentHistory(documentId, { limit: recent }),
  ]);
  const [caseView, recommended] = await Promise.all([
    api.case(document.caseId),
    api.recommendations(document.caseId),
  ]);
  return {
    document,
    similar: similar.similar,
    entities: entities.entities,
    relations: entities.relations,
    history: history.items.slice(0, recent),
    caseView,
    recommended,
  };
};
