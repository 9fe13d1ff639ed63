import { behaviourStream } from '#domain/behaviour/decider';
import type { BehaviourEntry } from '#domain/behaviour/events';
import { caseStream } from '#domain/case/decider';
import { documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import type { Actor } from '#domain/event';
import { projectionStream } from '#domain/projection/decider';
import type { CasefoldEvent } from '#domain/registry';
import { userStream } from '#domain/user/decider';
import type { NewEvent } from '#platform/event-store';
import { derivedId, documentIdOf } from '#platform/ids';
import { seededRandom } from '../support/random.ts';
import { decisionsAbout } from './generated-decisions.ts';
import { type DocumentIds, lifeOf, reactionTo } from './generated-documents.ts';
import { sentence, sha256 } from './generated-texts.ts';

/** An event with the stream it goes to. */
export type GeneratedEvent = { readonly stream: string; readonly event: NewEvent };

type Random = () => number;
type Fact = {
  readonly stream: string;
  readonly event: CasefoldEvent;
  readonly actor: Actor;
  readonly caseId?: string;
};

const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
const documentsPerCase = 500;
/** Documents that go through the pipeline at the same time. */
const inProcess = 20;
/** People look at what came lately. */
const mostRecent = 3000;
const secondsBetween = 20;
const beginning = Date.UTC(2026, 0, 1);
const decisionsEvery = 5000;
const pipeline = { kind: 'system', id: 'pipeline' } as const;
const person = (id: string) => ({ kind: 'person', id }) as const;

/**
 * Events as an archive in use has them: cases whose documents go through the pipeline, many at a time; people who look
 * at them (two events in five), like, tag and withdraw them; now and then a decision about a projection. Every type of
 * event there is, in streams that interleave. The same seed gives the same events.
 */
export function* generateEvents(count: number, seed: number): Generator<GeneratedEvent> {
  let number = 0;
  for (const { stream, event, actor, caseId } of facts(seededRandom(seed), seed)) {
    if (number === count) return;
    const id = derivedId('bench-event', String(seed), String(number));
    const occurredAt = new Date(beginning + number * secondsBetween * 1000).toISOString();
    const about = caseId === undefined ? {} : { caseId };
    const metadata = { ...about, actor, correlationId: id, causationId: id, occurredAt };
    yield { stream, event: { ...event, id, metadata } };
    number++;
  }
}

/** Without end. */
function* facts(random: Random, seed: number): Generator<Fact> {
  const documents = documentsOf(random, seed);
  const recent: DocumentIds[] = [];
  const likes = new Set<string>();
  for (const userId of users) yield registered(userId);
  for (let number = users.length; ; number++) {
    if (number % decisionsEvery === 0) yield* decisions(number / decisionsEvery);
    const chance = random();
    const at = Math.floor(random() * recent.length);
    const ids = recent[at];
    if (chance < 0.4 && ids) yield behaviour(recent, number, random);
    else if (chance < 0.55 && ids) {
      const userId = pick(users, random);
      const event = reactionTo(ids, userId, likes, random);
      if (event.type === 'DocumentWithdrawn') recent.splice(at, 1);
      yield aboutDocument(event, person(userId));
    } else {
      const fact = documents.next().value;
      yield fact;
      if (fact.event.type === 'SimilarDocumentsFound') {
        const { documentId, caseId } = fact.event.data;
        recent.push({ documentId, caseId });
      }
      if (recent.length > mostRecent) recent.splice(0, recent.length - mostRecent);
    }
  }
}

/** The cases, and what the pipeline does with their documents: whichever is ready for its next step. */
function* documentsOf(random: Random, seed: number): Generator<Fact, never> {
  const lives: Generator<DocumentEvent>[] = [];
  let caseId = '';
  let number = 0;
  for (;;) {
    while (lives.length < inProcess) {
      if (number % documentsPerCase === 0) {
        caseId = derivedId('bench-case', String(seed), String(number));
        yield* caseOpened(caseId, number / documentsPerCase + 1, random);
      }
      const documentId = documentIdOf(caseId, sha256(`${seed} ${number}`));
      lives.push(lifeOf({ documentId, caseId }, number++, random));
    }
    const at = Math.floor(random() * lives.length);
    const step = lives[at]?.next();
    if (!step || step.done) lives.splice(at, 1);
    else yield aboutDocument(step.value, pipeline);
  }
}

function* caseOpened(caseId: string, number: number, random: Random): Generator<Fact> {
  const about = { stream: caseStream(caseId), actor: person(pick(users, random)), caseId };
  yield { ...about, event: { type: 'CaseOpened', data: { caseId, name: `Case ${number}` } } };
  if (number % 4 === 0)
    yield { ...about, event: { type: 'CaseRenamed', data: { caseId, name: sentence(random, 3) } } };
}

const aboutDocument = (event: DocumentEvent, actor: Actor): Fact => {
  const { documentId, caseId } = event.data;
  return { stream: documentStream(documentId), event, actor, caseId };
};

const registered = (userId: string): Fact => ({
  stream: userStream(userId),
  event: { type: 'UserRegistered', data: { userId, name: `Person ${userId}` } },
  actor: person(userId),
});

const decisions = (day: number): readonly Fact[] =>
  decisionsAbout('document-list', day).map((event) => ({
    stream: projectionStream('document-list'),
    event,
    actor: person('user-0'),
  }));

function behaviour(recent: readonly DocumentIds[], number: number, random: Random): Fact {
  const userId = pick(users, random);
  const { caseId } = pick(recent, random);
  const occurredAt = new Date(beginning + number * secondsBetween * 1000).toISOString();
  const entries = Array.from({ length: 1 + Math.floor(random() * 3) }, (): BehaviourEntry => {
    if (random() < 0.2) return { action: 'searched', query: sentence(random, 3), caseId, occurredAt };
    const action = pick(['viewed', 'viewed', 'opened', 'dwelled', 'downloaded'] as const, random);
    const { documentId } = pick(recent, random);
    const milliseconds = Math.floor(random() * 60_000);
    return { action, documentId, caseId, occurredAt, ...(action === 'dwelled' && { milliseconds }) };
  });
  return {
    stream: behaviourStream(userId, occurredAt.slice(0, 10)),
    event: { type: 'BehaviourRecorded', data: { userId, caseId, entries } },
    actor: person(userId),
    caseId,
  };
}

function pick<Value>(values: readonly Value[], random: Random): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('Nothing to pick from.');
  return value;
}
