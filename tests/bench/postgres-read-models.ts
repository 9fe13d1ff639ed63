import { eventRegistry } from '#domain/registry';
import { passageVectors } from '#gpu-runner/embedding-projector/read-model';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import type { BlobStore } from '#platform/ports';
import { activityMetrics } from '#projections/activity-metrics/read-model';
import { caseHistory } from '#projections/case-history/read-model';
import { documentList } from '#projections/document-list/read-model';
import { documentPassages } from '#projections/document-passages/read-model';
import type { PostgresReadModel } from '#projections/read-model';
import { userInterest } from '#projections/user-interest/read-model';

/** The read models in Postgres that only fold; `passage-vectors` embeds as well, and is asked for by its name. */
export const foldingReadModels = [
  'case-history',
  'document-list',
  'document-passages',
  'activity-metrics',
  'user-interest',
] as const;

/** @throws {RangeError} for a name that no read model in Postgres has */
export function postgresReadModel(name: string, blobs: BlobStore): PostgresReadModel {
  switch (name) {
    case 'case-history':
      return caseHistory(Object.keys(eventRegistry));
    case 'document-list':
      return documentList;
    case 'document-passages':
      return documentPassages(blobs);
    case 'activity-metrics':
      return activityMetrics;
    case 'user-interest':
      return userInterest;
    case 'passage-vectors':
      return passageVectors(createLexicalEmbedder(), blobs);
    default:
      throw new RangeError(`There is no read model "${name}" in Postgres.`);
  }
}
