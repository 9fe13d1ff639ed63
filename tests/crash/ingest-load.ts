import { retryDelay } from '#platform/retry';
import { type CasefoldClient, RefusedError, type TestFile } from '../support/casefold-client.ts';

/** What the product said it has taken. */
export type Acknowledged = {
  /** Documents by id, with the name of the file. */
  readonly documents: Map<string, string>;
  /** How many views of each document were recorded. */
  readonly views: Map<string, number>;
};

/**
 * Sends files as several people do at once: each file comes from two of them, is looked at by both and liked. Whoever
 * gets no answer, or is told to come again, sends the same request with the same key until it is acknowledged.
 */
export async function sendFiles(
  client: CasefoldClient,
  caseId: string,
  files: readonly TestFile[],
  { documents, views }: Acknowledged,
): Promise<void> {
  const person = async (name: string, theirs: readonly TestFile[]) => {
    for (const file of theirs) {
      const key = `${name} ${file.fileName}`;
      const { documentId, fileName } = await persist(() => client.upload(caseId, [file], { key }));
      documents.set(documentId, fileName);
      await persist(() => client.act(documentId, 'view', { key }));
      views.set(documentId, (views.get(documentId) ?? 0) + 1);
      await persist(() => client.act(documentId, 'like', { key }));
    }
  };
  const half = Math.ceil(files.length / 2);
  await Promise.all([
    person('Ada', files.slice(0, half)),
    person('Ben', files.slice(half)),
    person('Cem', files.slice(0, half).toReversed()),
    person('Dora', files.slice(half).toReversed()),
  ]);
}

async function persist<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    try {
      return await request();
    } catch (error) {
      // `fetch` says TypeError for any broken connection.
      const passes = error instanceof TypeError || (error instanceof RefusedError && error.status === 503);
      if (!passes) throw error;
      await retryDelay(Math.min(failures, 4));
    }
  }
}
