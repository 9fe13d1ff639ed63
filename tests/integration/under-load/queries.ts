import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import {
  caseListSchema,
  documentDetailSchema,
  documentListSchema,
  entityListSchema,
  historySchema,
  jobSchema,
  metricsSeriesSchema,
  problemSchema,
  searchAnswerSchema,
  similarListSchema,
} from '#read-api/contract';
import { type CasefoldClient, RefusedError } from '../../support/casefold-client.ts';

/** Whoever is told to come again for longer than this has not been answered. On a machine that is not busy nobody is. */
const patienceMs = 15_000;

/** What readers met. */
export type Findings = {
  asked: number;
  /** Answers that said to come again in a moment. */
  late: number;
  longestMs: number;
  readonly failed: string[];
  readonly stale: string[];
};

/** What a document is known to be: by what was written about it, and by what can never change. */
export type KnownDocument = {
  readonly documentId: string;
  readonly passages: readonly string[];
  readonly entities: readonly string[];
  readonly similar: number;
  liked: boolean;
  tags: readonly string[];
};

export type Queries = ReturnType<typeof createQueries>;

/** Queries that carry the position of a write, and look whether the answer shows it. */
export function createQueries(client: CasefoldClient, caseId: string, findings: Findings) {
  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    position: string,
  ): Promise<z.output<Schema>> {
    const startedAt = performance.now();
    findings.asked++;
    for (;;) {
      const response = await client.request(path, { position });
      const body = await response.text();
      const waited = performance.now() - startedAt;
      if (!isComeAgain(response, body) || waited > patienceMs) {
        findings.longestMs = Math.max(findings.longestMs, waited);
        if (!response.ok) throw new RefusedError(path, response.status, body);
        return schema.parse(JSON.parse(body));
      }
      findings.late++;
      await delay(Number(response.headers.get('retry-after')) * 1000);
    }
  }

  function see(isSo: boolean, what: string, position: string): void {
    if (!isSo) findings.stale.push(`${what} is not to be seen by who knows of ${position}`);
  }

  const documentPath = (documentId: string) => `/api/documents/${documentId}`;
  const search = (position: string, about: Readonly<Record<string, string>>) =>
    ask(
      searchAnswerSchema,
      `/api/search?${new URLSearchParams({ limit: '100', caseId, ...about })}`,
      position,
    );

  /** What was made of a text, once and for all. */
  async function derived(documentId: string, position: string) {
    const [{ hits }, { entities }] = await Promise.all([
      search(position, { q: 'agreement', documentId }),
      ask(entityListSchema, `${documentPath(documentId)}/entities`, position),
    ]);
    return {
      passages: hits.map(({ passageId }) => passageId).sort(),
      entities: entities.map(({ entityId, start }) => `${entityId} ${start}`).sort(),
    };
  }
  const similarTo = async (documentId: string, position: string) =>
    (await ask(similarListSchema, `${documentPath(documentId)}/similar`, position)).similar.length;

  return {
    async learn(documentId: string, position: string): Promise<KnownDocument> {
      const similar = await similarTo(documentId, position);
      return { documentId, ...(await derived(documentId, position)), similar, liked: false, tags: [] };
    },

    /** What was written about it is to be seen. */
    async written({ documentId, liked, tags }: KnownDocument, position: string): Promise<void> {
      const found = await ask(documentDetailSchema, documentPath(documentId), position);
      const is = [found.likedByMe, found.likes, found.tags];
      see(
        isDeepStrictEqual(is, [liked, liked ? 1 : 0, tags]),
        `of ${documentId}: ${liked}, ${tags}`,
        position,
      );
    },

    async listed({ documentId, liked, tags }: KnownDocument, position: string): Promise<void> {
      const query = new URLSearchParams(tags[0] ? { tag: tags[0] } : { limit: '200' });
      const { items } = await ask(documentListSchema, `/api/cases/${caseId}/documents?${query}`, position);
      const found = items.filter((each) => each.documentId === documentId || tags[0]);
      const is = found.map((each) => [each.documentId, each.likes, each.tags]);
      see(isDeepStrictEqual(is, [[documentId, liked ? 1 : 0, tags]]), `${documentId} with ${tags}`, position);
    },

    /** The case is as far as what was written about one of its documents. */
    async active(position: string): Promise<void> {
      const { items } = await ask(caseListSchema, '/api/cases', position);
      const at = items.find((each) => each.caseId === caseId)?.lastPosition ?? -1;
      see(BigInt(at) >= BigInt(position), `the activity in ${caseId}`, position);
    },

    /** What was made of it long ago is there, whatever is rebuilt. */
    async made({ documentId, passages, entities, similar }: KnownDocument, position: string): Promise<void> {
      const [now, alike, job] = await Promise.all([
        derived(documentId, position),
        similarTo(documentId, position),
        ask(jobSchema, `/api/jobs/status/${documentId}`, position),
      ]);
      see(isDeepStrictEqual(now, { passages, entities }), `what was made of ${documentId}`, position);
      see(alike >= similar, `what ${documentId} is like`, position);
      see(job.stage === 'ready', `that ${documentId} is ready`, position);
    },

    /** The timeline of the case, or of one of its documents, holds the event that was written. */
    async history(position: string, type: string, documentId?: string): Promise<void> {
      const query = new URLSearchParams({ type, limit: '100', ...(documentId && { documentId }) });
      const { items } = await ask(historySchema, `/api/cases/${caseId}/history?${query}`, position);
      see(
        items.some((each) => each.position === position),
        `the ${type}`,
        position,
      );
    },

    async counted(position: string, metric: string, atLeast: number): Promise<void> {
      const { totals } = await ask(metricsSeriesSchema, `/api/cases/${caseId}/metrics`, position);
      see((totals[metric] ?? 0) >= atLeast, `that ${atLeast} were ${metric}`, position);
    },

    /** @returns where the document became ready, once it is */
    async uploaded(documentId: string, position: string): Promise<string | undefined> {
      const job = await ask(jobSchema, `/api/jobs/status/${documentId}`, position);
      see(BigInt(job.lastPosition) >= BigInt(position), `the job of ${documentId}`, position);
      return job.stage === 'ready' ? job.lastPosition : undefined;
    },

    /** A document that is ready is found by a word that no other has, and the graph knows whom it names. */
    async found(documentId: string, word: string, position: string): Promise<void> {
      const { hits } = await search(position, { q: word, mode: 'text' });
      see(hits.length === 1 && hits[0]?.documentId === documentId, `the text of ${documentId}`, position);
      const { entities } = await derived(documentId, position);
      see(entities.length > 0, `whom ${documentId} names`, position);
    },
  };
}

function isComeAgain(response: Response, body: string): boolean {
  if (response.status !== 503 || !response.headers.has('retry-after')) return false;
  return problemSchema.safeParse(JSON.parse(body)).data?.type === 'urn:casefold:problem:not-yet-visible';
}
