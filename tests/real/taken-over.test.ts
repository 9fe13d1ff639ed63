import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { questionStream } from '#domain/question/decider';
import { type OllamaServer, startOllamaServer } from '../support/ollama-server.ts';
import { patientClient } from '../support/patient-client.ts';
import { ask, over } from '../support/questions.ts';
import { until } from '../support/until.ts';
import { type Deployment, startDeployment } from './deployment.ts';

/** Questions whose process is killed for good while a model writes, and that another process has to end. */
const answering = 'You answer questions about the documents of a legal case';
const lease = 'This lease of the mill begins on 1 June 2016 and ends on 31 May 2021.';
const sentence = {
  text: 'It ends on 31 May 2021.',
  citations: [{ passage: 1, quote: 'ends on 31 May 2021' }],
};

let ollama: OllamaServer;
let deployment: Deployment;
let reader: ReturnType<typeof patientClient>;
let caseId: string;

beforeAll(async () => {
  ollama = await startOllamaServer();
  ollama.when(answering, { found: true, sentences: [sentence] });
  deployment = await startDeployment({ OLLAMA_URL: ollama.url });
  reader = patientClient(deployment.client('read-api'));
  const writer = deployment.client('commands');
  ({ caseId } = await writer.openCase('The mill'));
  await writer.upload(caseId, [{ fileName: 'lease.txt', content: lease }]);
  await until('the document is ready', async () => (await reader.documents(caseId))[0]?.stage === 'ready');
});
afterAll(async () => {
  await deployment?.stop();
  await ollama?.close();
});
beforeEach(() => {
  onTestFailed(() => console.log(deployment.printed().slice(-10_000)));
});

const answersAsked = () => ollama.asked().filter(({ system }) => system.startsWith(answering)).length;

/** Asks, and resolves when the model has begun to write and writes no more. */
async function askAndStall(question: string): Promise<string> {
  ollama.fail('stalls', { path: '/api/generate' });
  const before = answersAsked();
  const { questionId } = await ask(deployment.client('commands'), { caseId, question });
  await until('the model is at work', () => answersAsked() > before);
  return questionId;
}

async function typesOf(questionId: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of deployment.stores.store.readStream(questionStream(questionId)))
    types.push(type);
  return types;
}

/** The process that had the question is gone for good: nobody starts it again. */
async function expectAnsweredOnce(questionId: string): Promise<void> {
  expect(await over(reader, questionId)).toMatchObject({ outcome: 'answered', answer: sentence.text });
  expect(await typesOf(questionId)).toEqual(['QuestionAsked', 'AnswerGiven']);
}

test('killed with a question in hand, the runner has it ended by another runner, once', async () => {
  const questionId = await askAndStall('When does the lease of the mill end?');
  const other = await deployment.addProcess('gpu-runner');
  const before = answersAsked();
  await deployment.role('gpu-runner').kill();
  await expectAnsweredOnce(questionId);
  expect(answersAsked()).toBe(before + 1);
  expect([deployment.role('gpu-runner').hasEnded(), other.hasEnded()]).toEqual([true, false]);
  ollama.mend();
});

test('killed with a question in hand, the worker has it ended by another worker, once', async () => {
  const questionId = await askAndStall('Until when is the mill let?');
  const other = await deployment.addProcess('commands');
  await deployment.role('commands').kill();
  expect(await typesOf(questionId)).toEqual(['QuestionAsked']);
  ollama.mend();
  await expectAnsweredOnce(questionId);
  expect([deployment.role('commands').hasEnded(), other.hasEnded()]).toEqual([true, false]);
});
