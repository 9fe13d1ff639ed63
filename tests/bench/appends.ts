import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { ANY, EventStoreDBClient } from '@eventstore/db-client';
import { behaviourStream } from '#domain/behaviour/decider';
import { eventRegistry } from '#domain/registry';
import { toWire } from '#platform/clients/eventstore-wire';
import { documentsReady } from '../support/documents-ready.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { startEngine } from './bench-engine.ts';
import type { Benchmark } from './benchmark.ts';
import { perSecond, rateOf, times } from './measure.ts';

const clients = 32;
const calls = 4000;
const warmUp = 500;

/**
 * Writes a second over HTTP with 32 clients, against the same events appended to the same engine by 32 writers of the
 * unmodified client: what is between the two is HTTP, the actor, validation and the decider.
 */
export const appends: Benchmark = async () => {
  const engine = await engineAlone();
  const product = await startProduct();
  try {
    const { caseId } = await product.openCase('Appends');
    const { documentId } = await product.upload(caseId, [{ fileName: 'a.txt', content: 'A short text.' }]);
    await product.caughtUp();
    await documentsReady(product, caseId, 1);
    const behaviour = await postRate(product, '/api/behaviour', (call) => ({
      events: [entryOf(call, caseId)],
    }));
    const view = await postRate(product, `/api/documents/${documentId}/view`, () => undefined);
    return [
      { name: 'Append, engine alone', figure: perSecond(engine, 'appends'), ratio: `${clients} writers` },
      {
        name: 'Append over HTTP, behaviour',
        figure: perSecond(behaviour, 'appends'),
        ratio: times(behaviour / engine, 'engine alone'),
      },
      {
        name: 'Append over HTTP, view (reads its document first)',
        figure: perSecond(view, 'appends'),
        ratio: times(view / engine, 'engine alone'),
      },
    ];
  } finally {
    await product.stop();
  }
};

const entryOf = (call: number, caseId: string) => ({
  action: 'searched' as const,
  query: `termination for convenience ${call}`,
  caseId,
  occurredAt: new Date().toISOString(),
});

async function engineAlone(): Promise<number> {
  const engine = await startEngine('eventstore', newDataFolder());
  const client = EventStoreDBClient.connectionString(engine.url);
  const caseId = randomUUID();
  const occurredAt = new Date().toISOString();
  const stream = behaviourStream('owner', occurredAt.slice(0, 10));
  const append = (call: number) => {
    const id = randomUUID();
    const data = { userId: 'owner', caseId, entries: [entryOf(call, caseId)] };
    const actor = { kind: 'person', id: 'owner' } as const;
    const metadata = { caseId, actor, correlationId: id, causationId: id, occurredAt };
    const event = toWire({ id, type: 'BehaviourRecorded', data, metadata }, eventRegistry);
    return client.appendToStream(stream, event, { expectedRevision: ANY });
  };
  try {
    await rateOf(warmUp, clients, append);
    return await rateOf(calls, clients, append);
  } finally {
    await client.dispose();
    await engine.stop();
  }
}

async function postRate(product: Product, path: string, bodyOf: (call: number) => unknown): Promise<number> {
  // `fetch` costs as much as the whole server does: a plain client leaves it the processor.
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const post = (call: number) => send(new URL(path, product.url), product.token, agent, bodyOf(call));
  try {
    await rateOf(warmUp, clients, post);
    return await rateOf(calls, clients, post);
  } finally {
    agent.destroy();
  }
}

function send(url: URL, token: string, agent: Agent, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 202) resolve();
        else reject(new Error(`POST ${url.pathname} answered ${response.statusCode}.`));
      });
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
