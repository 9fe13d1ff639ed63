import type { CasefoldClient } from './casefold-client.ts';
import { until } from './until.ts';

/** Resolves when a case lists so many documents, and each of them is ready. */
export const documentsReady = (casefold: Pick<CasefoldClient, 'documents'>, caseId: string, count: number) =>
  until(`${count} documents are ready`, async () => {
    const documents = await casefold.documents(caseId);
    return documents.length === count && documents.every(({ stage }) => stage === 'ready');
  });
