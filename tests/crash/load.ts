import { setTimeout as delay } from 'node:timers/promises';
import { writtenSchema } from '#commands/contract';
import { retryDelay } from '#platform/retry';
import { documentDetailSchema, searchAnswerSchema } from '#read-api/contract';
import { type CasefoldClient, RefusedError, type TestFile } from '../support/casefold-client.ts';
import { until } from '../support/until.ts';
import { type Acknowledged, dwelled, liked, tagged, uploaded } from './acknowledged.ts';

/** Waits between what one person does and what they do next: so many things a second, whatever the machine's pace. */
const pauseMs = 40;
/** Nobody is told to come again for longer than this. */
const patienceMs = 150_000;

export type Load = {
  /** Resolves when everybody has been answered so many more times. */
  answered(times: number): Promise<void>;
  /** Ends when everybody has the answer they wait for. @returns what went wrong, in words */
  stop(): Promise<string[]>;
};

export type LoadOptions = {
  readonly writer: CasefoldClient;
  readonly reader: CasefoldClient;
  readonly caseId: string;
  /** Each is sent once; when so many were sent as are asked for, people go on with the others. */
  readonly files: Iterator<TestFile, never>;
  readonly uploads: number;
  readonly acknowledged: Acknowledged;
  readonly random: () => number;
};

/**
 * People who upload, like, tag, look at things and ask, all at once and steadily. Whoever gets no answer, or is told to
 * come again, sends the same request with the same key until it is answered. Whoever wrote something asks with the
 * position they were told, and has to see it.
 */
export function startLoad(options: LoadOptions): Load {
  const { writer, reader, caseId, files, acknowledged, random } = options;
  const { writes, documents } = acknowledged;
  const wrong: string[] = [];
  const stop = new AbortController();
  const likeable = new Set<string>();
  let uploadsLeft = options.uploads;
  /** The last write that shaped a document. */
  let last: { documentId: string; position: bigint } | undefined;

  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  const newKey = () => `${caseId.slice(-8)}-${Math.floor(random() * 2 ** 48).toString(36)}-${writes.size}`;
  function shaped(what: string, documentId: string, position: string): void {
    writes.set(what, BigInt(position));
    last = { documentId, position: BigInt(position) };
  }

  async function upload(): Promise<void> {
    uploadsLeft--;
    const file = files.next().value;
    const key = newKey();
    const { documentId, position } = await persist(() => writer.upload(caseId, [file], { key }));
    documents.set(documentId, file);
    likeable.add(documentId);
    shaped(uploaded(documentId), documentId, position);
  }

  async function like(documentId: string): Promise<void> {
    // Once: a second like is no event, and has no place of its own in the log.
    likeable.delete(documentId);
    const key = newKey();
    const { position } = await persist(() => writer.act(documentId, 'like', { key }));
    shaped(liked(documentId), documentId, position);
  }

  async function tag(documentId: string): Promise<void> {
    const key = newKey();
    const request = { method: 'PUT', key, json: { tags: [key] } };
    const { position } = await persist(() => writer.act(documentId, 'tags', request));
    shaped(tagged(documentId, [key]), documentId, position);
  }

  async function dwell(documentId: string): Promise<void> {
    const key = newKey();
    const entry = { action: 'dwelled', caseId, documentId, subject: key, milliseconds: 5000 };
    const json = { events: [{ ...entry, occurredAt: new Date().toISOString() }] };
    const { position } = await persist(() => writer.json(writtenSchema, '/api/behaviour', { json, key }));
    writes.set(dwelled(key), BigInt(position));
  }

  /** Somebody who writes. */
  async function write(): Promise<void> {
    const documentId = oneOf([...documents.keys()]);
    if (uploadsLeft > 0 && (!documentId || random() < 0.2)) return upload();
    if (!documentId) return;
    const likes = oneOf([...likeable]);
    if (likes && random() < 0.15) return like(likes);
    return random() < 0.3 ? tag(documentId) : dwell(documentId);
  }

  /** Somebody who searches. */
  async function search(): Promise<void> {
    const query = new URLSearchParams({ q: oneOf(['royalty', 'lease', 'insurance']) ?? '', caseId });
    await persist(() => reader.json(searchAnswerSchema, `/api/search?${query}`));
  }

  /** Somebody who asks for what was written last, and has to see it. */
  async function ask(): Promise<void> {
    if (!last) return;
    const { documentId, position } = last;
    const { lastPosition } = await persist(() =>
      reader.json(documentDetailSchema, `/api/documents/${documentId}`, { position: String(position) }),
    );
    if (BigInt(lastPosition) >= position) return;
    wrong.push(`a query that knew of position ${position} was answered as of ${lastPosition}`);
  }

  const counts: number[] = [];
  const everybody = [write, write, write, write, ask, search].map(async (act, person) => {
    counts[person] = 0;
    while (!stop.signal.aborted) {
      await act().catch((error: unknown) => wrong.push(String(error)));
      counts[person] = (counts[person] ?? 0) + 1;
      await delay(pauseMs * (0.5 + random()), undefined, { signal: stop.signal }).catch(() => undefined);
    }
  });

  return {
    async answered(times) {
      const from = [...counts];
      await until(
        `everybody is answered ${times} times more`,
        () => counts.every((count, person) => count >= (from[person] ?? 0) + times),
        { timeoutMs: 2 * patienceMs },
      );
    },
    async stop() {
      stop.abort();
      await Promise.all(everybody);
      return wrong;
    },
  };
}

/** Sends a request until it is answered with anything but "come again". */
async function persist<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  const end = Date.now() + patienceMs;
  for (let failures = 1; ; failures++) {
    try {
      return await request();
    } catch (error) {
      // `fetch` says TypeError for any broken connection.
      const passes = error instanceof TypeError || (error instanceof RefusedError && error.status === 503);
      if (!passes) throw error;
      if (Date.now() > end) throw new Error(`Nobody answers any more: ${error.message}`);
      await retryDelay(Math.min(failures, 4));
    }
  }
}
