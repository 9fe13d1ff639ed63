import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectionCommand } from '#domain/projection/commands';
import { projectionDecider, projectionStream } from '#domain/projection/decider';
import { handleCommand } from '#platform/handle-command';
import { owner } from '#platform/http/actor';
import { newId } from '#platform/ids';
import { searchAnswerSchema } from '#read-api/contract';
import { projectionDetailSchema } from '#read-api/contract-projections';
import { until } from '../support/until.ts';
import { addText, type ReadSide, startReadSide } from './read-side.ts';

const projection = 'passage-vectors';
let side: ReadSide;
let position: string;

beforeAll(async () => {
  side = await startReadSide();
  await side.append('case-c', { type: 'CaseOpened', data: { caseId: 'c', name: 'Case' } }, 'c');
  position = await add('lease', 'The tenant pays the rent for the warehouse on the first day of each month.');
  await side.caughtUp(position);
});
afterAll(() => side?.close());

const add = (documentId: string, text: string) =>
  addText(side, { documentId, caseId: 'c', fileName: `${documentId}.txt`, text });

async function send(command: ProjectionCommand): Promise<void> {
  const commandId = newId();
  await handleCommand(side.clients.store, projectionDecider, projectionStream(projection), command, {
    commandId,
    actor: owner,
    correlationId: commandId,
    causationId: commandId,
    occurredAt: new Date().toISOString(),
  });
}

async function search(q: string) {
  const query = new URLSearchParams({ q, mode: 'vector', caseId: 'c' });
  const { hits, model } = searchAnswerSchema.parse(await side.getJson(`/api/search?${query}`, position));
  return { model, found: hits.map(({ documentId }) => documentId) };
}

const decided = async () =>
  projectionDetailSchema.parse(await side.getJson(`/api/projections/${projection}`)).decided;

const switchedTo = (generation: number) =>
  until(`generation ${generation} is live`, async () => (await decided()).switched?.to === generation);

test('everything is embedded by another model beside the live one, kept up to date, and back', async () => {
  expect(await search('rent of a warehouse')).toEqual({ model: 'casefold-lexical-768@1', found: ['lease'] });
  await send({
    type: 'RequestRebuild',
    projection,
    rebuildId: newId(),
    purpose: 'rebuild',
    together: 't',
    switch: 'when-ready',
    soakSeconds: 3600,
    model: 'casefold-lexical-256',
  });
  await switchedTo(2);
  expect(await search('rent of a warehouse')).toEqual({ model: 'casefold-lexical-256@1', found: ['lease'] });
  // What they hold is meant to be different.
  const { rebuild } = await decided();
  expect(rebuild?.certificate).toMatchObject({ generation: 2, entries: { passage_vector: 1 } });
  expect(rebuild?.certificate).not.toHaveProperty('comparison');

  position = await add('loan', 'The bank lends the warehouse keeper money at a rate of five percent.');
  await side.caughtUp(position);
  expect((await search('money of a bank')).found).toContain('loan');

  await send({ type: 'RollBackProjection', projection, requestId: newId() });
  await switchedTo(1);
  expect(await search('money of a bank')).toMatchObject({ model: 'casefold-lexical-768@1', found: ['loan'] });
});
