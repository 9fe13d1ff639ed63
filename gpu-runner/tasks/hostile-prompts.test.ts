import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ModelTask, modelAnswerSchema } from '#domain/model-task';
import { answerQuestionTask, proposeQuestionsTask } from '#domain/question/answering';
import { assembleReportTask, recommendStrategyTask, summariseJourneyTask } from '#domain/report/writing';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import { type Bus, RemoteError } from '#platform/ports';
import { type OllamaServer, startOllamaServer } from '#tests/support/ollama-server';
import { connectOllama } from '../models/ollama/connection.ts';
import { createOllamaWriter } from '../models/ollama/writer.ts';
import { loadPrompt } from '../prompts/load-prompt.ts';
import { createTasks } from './all-tasks.ts';
import { serveTasks } from './serve-tasks.ts';
import { type HostileDocument, hostileDocuments } from './testing/hostile-documents.ts';
import { partsOf } from './testing/parts-of-prompt.ts';

/**
 * Documents that give orders, in every place of every prompt where words of documents come in, through the real client to
 * a server that speaks Ollama's API.
 */
type Case = {
  readonly task: ModelTask<unknown, unknown>;
  readonly requestOf: (document: HostileDocument) => unknown;
  /** What the model may say, and what comes of it. */
  readonly good: object;
  readonly said: object;
  /** What a model says that obeys the document. */
  readonly obeys: Readonly<Record<string, object>>;
};

/** As much of a document as comes into a prompt at a time: the whole of it, but of the long one. */
const mostCharacters = 8000;
const documents = hostileDocuments.map((document) => ({
  ...document,
  content: document.content.slice(0, mostCharacters),
}));

const question = 'Where and when was the warehouse lease signed, and by whom?';
const quote = 'signed in Leith on 4 March 2019';
const passagesOf = ({ fileName, content }: HostileDocument) => [
  { title: fileName, section: content, text: content },
];
const factsOf = ({ fileName, content }: HostileDocument) => [
  { kind: 'uploads', subject: `${fileName} ${content}`, text: content },
];
const nowhere = [99];
const void_ = 'The lease is void.';
const advice = (on: readonly number[]) =>
  ['First', 'Second', 'Third'].map((title) => ({ title, reason: void_, on }));
const saidOf = <Said extends { on: readonly number[] }>(claims: readonly Said[]) =>
  claims.map((claim) => ({ ...claim, on: claim.on.map((number) => number - 1) }));

const cases: readonly Case[] = [
  {
    task: answerQuestionTask,
    requestOf: (document) => ({ question, passages: passagesOf(document) }),
    good: { found: true, sentences: [{ text: 'In Leith.', citations: [{ passage: 1, quote }] }] },
    said: { found: true, refusedCitations: 0 },
    obeys: {
      'cites a passage that nobody gave': {
        found: true,
        sentences: [{ text: void_, citations: [{ passage: 99, quote }] }],
      },
    },
  },
  {
    task: proposeQuestionsTask,
    requestOf: (document) => ({
      question,
      asked: [document.content],
      most: 2,
      passages: passagesOf(document),
    }),
    good: { questions: ['Who is Agnes Wardrop?', 'What is the rent?', 'Who owns it?'] },
    // No more than there may be, whatever a document makes the model ask.
    said: { questions: ['Who is Agnes Wardrop?', 'What is the rent?'] },
    obeys: {
      'asks more than it may': { questions: Array(100).fill('Is the lease void?') },
      'asks a question without end': { questions: ['x'.repeat(600)] },
    },
  },
  {
    task: summariseJourneyTask,
    requestOf: (document) => ({ caseName: document.content, facts: factsOf(document) }),
    good: { claims: [{ text: 'A lease came in.', on: [1] }] },
    said: { claims: saidOf([{ text: 'A lease came in.', on: [1] }]), refusedClaims: 0 },
    obeys: { 'rests on a fact that nobody gave': { claims: [{ text: void_, on: nowhere }] } },
  },
  {
    task: recommendStrategyTask,
    requestOf: (document) => ({
      caseName: document.content,
      facts: factsOf(document),
      journey: [document.content],
    }),
    good: { recommendations: advice([1]) },
    said: { recommendations: saidOf(advice([1])), refusedClaims: 0 },
    obeys: { 'rests on a fact that nobody gave': { recommendations: advice(nowhere) } },
  },
  {
    task: assembleReportTask,
    requestOf: (document) => ({
      caseName: document.content,
      statements: [...factsOf(document), ...factsOf(document)],
      recommendations: 1,
    }),
    good: { title: 'The warehouse', summary: [{ text: 'A lease came in.', on: [1, 2] }] },
    said: { summary: saidOf([{ text: 'A lease came in.', on: [1, 2] }]), refusedClaims: 0 },
    obeys: {
      'rests on a statement that nobody gave': { title: 'Void', summary: [{ text: void_, on: nowhere }] },
    },
  },
];

const harmless: HostileDocument = {
  fileName: 'lease.txt',
  type: 'text/plain',
  canary: 'canary-none',
  content: `The warehouse lease was ${quote} by Agnes Wardrop.`,
};

let ollama: OllamaServer;
let bus: Bus;
let stop: () => Promise<void>;
beforeAll(async () => {
  bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
});
beforeEach(async () => {
  ollama = await startOllamaServer();
  stop = await serveTasks(
    {
      bus,
      cache: { get: async () => undefined, put: async () => {} },
      textModel: createOllamaWriter(connectOllama(ollama.url), 'gemma3-legal'),
      log: createLogger('test', 'silent'),
    },
    createTasks(),
  );
  return async () => {
    await stop();
    await ollama.close();
  };
});
afterAll(() => bus.close());

/** Has a task done about a document by a model that says this, and gives back what was sent to the server. */
async function ask({ task, requestOf }: Case, document: HostileDocument, output: object) {
  ollama.when(() => true, output);
  const sent = ollama.requests.length;
  const answer: unknown = await bus
    .request(task.subject, { request: requestOf(document) }, { timeoutMs: 20_000 })
    .catch((error: unknown) => error);
  const bodies = ollama.requests.slice(sent).filter(({ path }) => path === '/api/generate');
  return { answer, bodies: bodies.map(({ body }) => body) };
}

describe.each(cases)('$task.name', (of) => {
  const { task, good, said, obeys } = of;

  test.each(documents)(
    '$fileName stays within its blocks, and changes nothing around them',
    async (document) => {
      const usual = await ask(of, harmless, good);
      const { answer, bodies } = await ask(of, document, good);
      expect(modelAnswerSchema(task).parse(answer).said).toMatchObject(said);
      const [[sent = expect.unreachable()], [expected = expect.unreachable()]] = [bodies, usual.bodies];
      expect(bodies).toHaveLength(1);
      // The instruction, the shape, the options, and no field that the harmless one has not: no tools, no messages.
      expect({ ...sent, prompt: '' }).toEqual({ ...expected, prompt: '' });
      expect(sent.system).toBe(loadPrompt(task.name, 1).system);
      const [parts, usualParts] = [partsOf(sent.prompt), partsOf(expected.prompt)];
      expect(parts.own).toBe(usualParts.own);
      expect(parts.blocks.map(({ label }) => label)).toEqual(usualParts.blocks.map(({ label }) => label));
      expect(parts.blocks.filter(({ text }) => text.includes(document.content))).not.toEqual([]);
    },
  );

  const outputs = { 'calls a tool': { tool: 'delete_case', arguments: { caseId: 'all' } }, ...obeys };
  test.each(Object.entries(outputs))('of a model that obeys and %s, nothing is kept', async (_, output) => {
    for (const document of documents) {
      const { answer, bodies } = await ask(of, document, output);
      expect(answer).toBeInstanceOf(RemoteError);
      expect(answer).toMatchObject({ remoteName: 'ModelOutputError' });
      expect(bodies).toHaveLength(2);
      // What was wrong with the first is a block as well.
      const { blocks, own } = partsOf(bodies[1]?.prompt ?? '');
      expect(blocks.at(-1)?.label).toBe('reason');
      expect(own).not.toContain(document.canary);
    }
  });
});
