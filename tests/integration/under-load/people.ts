import { setTimeout as delay } from 'node:timers/promises';
import { writtenSchema } from '#commands/contract';
import type { CasefoldClient } from '../../support/casefold-client.ts';
import { NeverError, until } from '../../support/until.ts';
import { createQueries, type Findings, type KnownDocument } from './queries.ts';

/** Between what one person has done and seen, and what they do next. */
const pauseMs = 50;

export type People = {
  readonly findings: Findings;
  writes(): number;
  /** Resolves when each of them has written something and looked at it so many more times. */
  turns(times: number): Promise<void>;
  /** Ends when everybody has done what they are at. */
  leave(): Promise<void>;
};

/**
 * People who use a case steadily: each writes, and then looks at everything there is with the position of what they
 * wrote. Nobody else writes about their documents, so what they have to see is certain.
 *
 * @param documents of the case, shared out among them
 */
export function startPeople(
  client: CasefoldClient,
  caseId: string,
  documents: readonly KnownDocument[],
  name: string,
): People {
  const findings: Findings = { asked: 0, late: 0, longestMs: 0, failed: [], stale: [] };
  const queries = createQueries(client, caseId, findings);
  const gone = new AbortController();
  let writes = 0;
  /** Where in the log somebody dwelled. */
  const dwelled: bigint[] = [];

  /** Everything at once, so that each read model is asked for what it has only just been told. */
  async function lookAt(known: KnownDocument, position: string, type: string): Promise<void> {
    await Promise.all([
      queries.written(known, position),
      queries.listed(known, position),
      queries.active(position),
      queries.history(position, type, known.documentId),
      queries.made(known, position),
    ]);
  }

  async function like(known: KnownDocument): Promise<void> {
    const method = known.liked ? 'DELETE' : 'POST';
    const { position } = await client.act(known.documentId, 'like', { method });
    known.liked = !known.liked;
    await lookAt(known, position, known.liked ? 'DocumentLiked' : 'DocumentUnliked');
  }

  async function setTags(known: KnownDocument): Promise<string> {
    const tags = [`${name}-${known.documentId.slice(0, 8)}-${writes}`];
    const { position } = await client.act(known.documentId, 'tags', { method: 'PUT', json: { tags } });
    known.tags = tags;
    return position;
  }
  const tag = async (known: KnownDocument) => lookAt(known, await setTags(known), 'DocumentTagged');

  /** Writes, and looks at that alone: somebody is always in the middle of it when readers are switched over. */
  async function hurry(known: KnownDocument): Promise<void> {
    const position = await setTags(known);
    await Promise.all([
      queries.written(known, position),
      queries.history(position, 'DocumentTagged', known.documentId),
    ]);
  }

  async function behave(known: KnownDocument): Promise<void> {
    const { documentId } = known;
    const occurredAt = new Date().toISOString();
    const entry = { caseId, documentId, occurredAt };
    const events = [
      { action: 'viewed', ...entry },
      { action: 'dwelled', ...entry, milliseconds: 3000 },
    ];
    const { position } = await client.json(writtenSchema, '/api/behaviour', { json: { events } });
    dwelled.push(BigInt(position));
    const before = dwelled.filter((at) => at <= BigInt(position)).length;
    await Promise.all([
      queries.history(position, 'BehaviourRecorded'),
      queries.counted(position, 'dwelled', before),
      queries.written(known, position),
    ]);
  }

  async function upload(turn: number): Promise<void> {
    const word = `reference${name}x${turn}`;
    const content = `Ada Lovelace of London signed the agreement with Acme Corporation on 3 May 2019, ${word}.\n`;
    const file = { fileName: `${word}.txt`, content: content.repeat(3) };
    const { documentId, position } = await client.upload(caseId, [file]);
    await queries.history(position, 'DocumentUploaded', documentId);
    const done = await until(`${word} is ready`, () => queries.uploaded(documentId, position).catch(never), {
      intervalMs: 100,
    });
    await queries.found(documentId, word, done);
  }

  const own = (person: number) => documents.filter((_, index) => index % 4 === person);
  const inTurn =
    (acts: readonly ((known: KnownDocument) => Promise<void>)[], mine: readonly KnownDocument[]) =>
    (turn: number) =>
      acts[turn % acts.length]?.(mine[Math.floor(turn / acts.length) % mine.length] as KnownDocument);
  const people = [
    ...[0, 1, 2].map((person) => inTurn([like, tag, behave], own(person))),
    inTurn([hurry], own(3)),
    upload,
  ];
  const counts = people.map(() => 0);
  const everybody = people.map(async (act, person) => {
    for (let turn = 1; !gone.signal.aborted; turn++) {
      try {
        await act(turn);
      } catch (error) {
        findings.failed.push(String(error));
      }
      writes++;
      counts[person] = turn;
      await delay(pauseMs, undefined, { signal: gone.signal }).catch(() => undefined);
    }
  });

  return {
    findings,
    writes: () => writes,
    async turns(times) {
      const from = [...counts];
      await until(`everybody does ${times} things more`, () =>
        counts.every((count, person) => count >= (from[person] ?? 0) + times),
      );
    },
    async leave() {
      gone.abort();
      await Promise.all(everybody);
    },
  };
}

/** A query that fails is a finding, not a reason to ask again. */
const never = (error: unknown): never => {
  throw new NeverError(String(error));
};
