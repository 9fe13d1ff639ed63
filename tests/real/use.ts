import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { findingSchema } from '#cli/examine-wires';
import {
  entityListSchema,
  historySchema,
  jobSchema,
  type LiveMessage,
  liveMessageSchema,
  searchAnswerSchema,
  similarListSchema,
} from '#read-api/contract';
import { fileAt } from '../support/casefold-client.ts';
import { patientClient } from '../support/patient-client.ts';
import { until } from '../support/until.ts';
import type { Deployment } from './deployment.ts';

const samples = join(import.meta.dirname, '../../samples/demo-case');
const files = [
  'Atento - Joint Filing Agreement (2020).txt',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt',
  'Netgear and Ingram Micro - Distributor Agreement, Amendment 2 (1996).pdf',
  'PC Quote and A.B. Watley - Co-Branding Agreement, First Amendment (1996).pdf',
  'PC Quote and A.B. Watley - Co-Branding Agreement, Second Amendment (1998).txt',
  'Federated Investment Management - Services Agreement (2004).txt',
].map((name) => fileAt(join(samples, name)));

/** The product as a person uses it, through the process that writes and the one that reads. */
export function useContract(deployment: () => Deployment): void {
  let caseId: string;
  let position: string;
  const documentIds = new Map<string, string>();

  const write = () => deployment().client('commands');
  const read = () => patientClient(deployment().client('read-api'));
  const idOf = (part: string) => {
    const found = [...documentIds].find(([fileName]) => fileName.includes(part));
    if (!found) throw new Error(`No file is called ${part}.`);
    return found[1];
  };

  test('a real server answers on every wire but the log, and says who it is', async () => {
    const { wires } = await read().json(z.object({ wires: z.array(findingSchema) }), '/api/doctor');
    const answers = Object.fromEntries(
      wires.map(({ wire, engine, version }) => [wire, `${engine} ${version}`.trim()]),
    );
    expect(wires.filter((wire) => !wire.answers)).toEqual([]);
    expect(answers).toMatchObject({
      Postgres: expect.stringMatching(/^PostgreSQL 1\d/),
      Neo4j: expect.stringMatching(/^Neo4j 5\./),
      Redis: expect.stringMatching(/^(Redis|Valkey) \d/),
      NATS: expect.stringMatching(/^NATS \d/),
    });
  });

  test('files sent to one process become ready, and another process tells', async () => {
    ({ caseId } = await write().openCase('On real servers'));
    const live = await listen(deployment(), caseId);
    for (const file of files) {
      const answer = await write().upload(caseId, [file]);
      documentIds.set(file.fileName, answer.documentId);
      // What one process wrote, a read with its position sees in another, however far the projections are.
      const seen = await read().documents(caseId, answer.position);
      expect(seen.map(({ documentId }) => documentId)).toContain(answer.documentId);
      position = answer.position;
    }
    const documents = await until('every document is ready', async () => {
      const all = await read().documents(caseId, position);
      const failed = all.filter(({ stage }) => stage === 'failed');
      if (failed.length > 0) return failed;
      return all.length === files.length && all.every(({ stage }) => stage === 'ready') && all;
    });
    expect(documents.map(({ fileName, stage }) => `${fileName}: ${stage}`).sort()).toEqual(
      files.map(({ fileName }) => `${fileName}: ready`).sort(),
    );
    position = String(await deployment().caughtUp());

    const told = live.messages.filter((message) => message.kind === 'document');
    for (const documentId of documentIds.values()) {
      const stages = told.filter((message) => message.documentId === documentId).map(({ stage }) => stage);
      expect(stages).toEqual(['received', 'analysing', 'linking', 'ready']);
    }
    // Passing progress is only ever on the bus.
    expect(live.messages.some(({ kind }) => kind === 'progress')).toBe(true);
    live.socket.close();
  });

  test('people like and read the documents', async () => {
    for (const documentId of documentIds.values()) {
      await write().act(documentId, 'view');
      ({ position } = await write().act(documentId, 'like'));
    }
    const seen = await read().documents(caseId, position);
    expect(seen.map(({ likes, likedByMe }) => [likes, likedByMe])).toEqual(files.map(() => [1, true]));
  });

  test.each(['hybrid', 'text', 'vector'])('search by %s finds the passage', async (mode) => {
    const query = new URLSearchParams({ q: 'co-branding of the web site', caseId, mode });
    const answer = await read().json(searchAnswerSchema, `/api/search?${query}`, { position });
    expect(answer.mode).toBe(mode);
    expect(answer.hits[0]?.fileName).toMatch(/Co-Branding/);
    const [first] = answer.hits;
    const text = await (await read().request(`/api/documents/${first?.documentId}/text`)).text();
    expect(text.slice(first?.start, first?.end)).toBe(first?.text);
    const parts = Object.keys(first?.parts ?? {}).sort();
    expect(parts).toEqual(mode === 'hybrid' ? ['text', 'vector'] : [mode]);
  });

  test('entities and similar documents come from the graph', async () => {
    const documentId = idOf('First Amendment (1996)');
    const { entities } = await read().json(entityListSchema, `/api/documents/${documentId}/entities`, {
      position,
    });
    expect(entities.map(({ name }) => name).join()).toMatch(/PC QUOTE/i);
    // Counted across documents by the graph: the second amendment has the same parties.
    expect(Math.max(...entities.map(({ otherDocuments }) => otherDocuments))).toBeGreaterThan(0);
    const { similar } = await read().json(similarListSchema, `/api/documents/${documentId}/similar`, {
      position,
    });
    expect(similar[0]?.documentId).toBe(idOf('Second Amendment (1998)'));
  });

  test('a job, from Redis, has come to its end', async () => {
    const documentId = idOf('Atento');
    const job = await read().json(jobSchema, `/api/jobs/status/${documentId}`, { position });
    expect(job).toMatchObject({ documentId, stage: 'ready', progress: 1 });
  });

  test('the history tells every event of a document once, newest first', async () => {
    const { items } = await read().json(historySchema, `/api/documents/${idOf('Atento')}/history`, {
      position,
    });
    const types = items.map(({ type }) => type).reverse();
    expect(types.filter((type) => type !== 'BehaviourRecorded')).toEqual([
      'DocumentUploaded',
      'DocumentTextExtracted',
      'DocumentAnalysed',
      'SimilarDocumentsFound',
      'DocumentLiked',
    ]);
  });

  test('a position that is not there yet is waited for, then refused with when to come again', async () => {
    const response = await read().request(`/api/cases/${caseId}/documents`, { position: '999999999' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('a role ends cleanly when its container is stopped', async () => {
    for (const role of ['read-api', 'gpu-runner'] as const) {
      expect(await deployment().role(role).stop()).toBe(0);
      await deployment().restart(role);
    }
  });
}

/** Connects to the live socket of the read API, and keeps what comes. */
async function listen(deployment: Deployment, ofCase: string) {
  const { url } = deployment.role('read-api');
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live?caseId=${ofCase}`, {
    headers: { authorization: `Bearer ${deployment.settings.CASEFOLD_OWNER_TOKEN}` },
  });
  const messages: LiveMessage[] = [];
  socket.on('message', (data) => messages.push(liveMessageSchema.parse(JSON.parse(String(data)))));
  await until('the live socket greets', () => messages.length > 0);
  return { socket, messages };
}
