import { eventRegistry } from '#domain/registry';
import type { Clients } from '#engines/connect';
import { applyGraphSchema } from '#engines/graph/schema';
import { passageVectorsBy } from '#gpu-runner/embedding-projector/read-model';
import { createBuiltInEmbedders } from '#gpu-runner/models/builtin/embedders';
import type { EmbeddingModel } from '#gpu-runner/models/model';
import type { BlobStore } from '#platform/ports';
import { activityMetrics } from '#projections/activity-metrics/read-model';
import { caseGraph } from '#projections/case-graph/read-model';
import { caseHistory } from '#projections/case-history/read-model';
import { documentList } from '#projections/document-list/read-model';
import { documentPassages } from '#projections/document-passages/read-model';
import { insightList } from '#projections/insight-list/read-model';
import { jobStatus } from '#projections/job-status/read-model';
import { notificationInbox } from '#projections/notification-inbox/read-model';
import { questionList } from '#projections/question-list/read-model';
import type { ReadModel } from '#projections/read-model';
import { recommendations } from '#projections/recommendations/read-model';
import { reportList } from '#projections/report-list/read-model';
import { cacheStore } from '#projections/runner/cache/cache-store';
import { graphStore } from '#projections/runner/graph/graph-store';
import { postgresStore } from '#projections/runner/postgres/store';
import type { ReadModelStore } from '#projections/runner/read-model-store';
import { userInterest } from '#projections/user-interest/read-model';

/** Every read model but the one that embeds, which is filled beside its model. */
export const readModels = (blobs: BlobStore): readonly ReadModel[] => [
  caseHistory(Object.keys(eventRegistry)),
  documentList,
  documentPassages(blobs),
  activityMetrics,
  userInterest,
  jobStatus,
  caseGraph,
  recommendations,
  insightList,
  notificationInbox,
  questionList,
  reportList,
];

/**
 * All there are, for those who only want to know of them: nothing is embedded unless somebody asks why a vector is there.
 *
 * @param embedders of a server of models, before the built-in ones
 */
export const allReadModels = (
  blobs: BlobStore,
  embedders: readonly EmbeddingModel[] = [],
): readonly ReadModel[] => [
  ...readModels(blobs),
  passageVectorsBy([...embedders, ...createBuiltInEmbedders()], blobs),
];

/** Where a read model is kept. */
export function storeOf({ postgres, graph, cache }: Clients, model: ReadModel): ReadModelStore {
  switch (model.sink) {
    case 'postgres':
      return postgresStore(postgres.db, postgres.pool, model);
    case 'graph':
      return graphStore(graph, model, applyGraphSchema);
    case 'cache':
      return cacheStore(cache, model);
  }
}
