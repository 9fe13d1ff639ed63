import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRegistry } from '#domain/registry';
import { type UserCommand, userDecider, userStream } from '#domain/user/decider';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { handleCommand } from '#platform/handle-command';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { createGate } from './gate.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-gate-'));
const log = createLogger('test', 'silent');
const closers: (() => Promise<unknown>)[] = [];
let store: EventStore;

beforeAll(async () => {
  const engine = await startEventStore({ folder, port: 0, log });
  store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
  closers.push(
    () => store.close(),
    () => engine.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

function send(command: UserCommand) {
  const commandId = newId();
  const actor = { kind: 'person', id: 'owner' } as const;
  const occurredAt = '2026-01-01T00:00:00.000Z';
  const context = { commandId, actor, correlationId: commandId, causationId: commandId, occurredAt };
  return handleCommand(store, userDecider, userStream(command.userId), command, context);
}

test('heavy work passes for pro alone, and everything else for everybody', async () => {
  const gate = createGate(store);
  await send({ type: 'RegisterUser', userId: 'ada', name: 'Ada' });
  await expect(gate('AnalyseGraph', 'ada')).rejects.toMatchObject({ status: 403, kind: 'needs-pro' });
  await expect(gate('ResearchDeeply', 'ada')).rejects.toThrow('users tier ada pro');
  expect(await gate('AnswerQuestion', 'ada')).toBe('modelQueue');

  await send({ type: 'ChangeTier', userId: 'ada', tier: 'pro' });
  expect(await gate('AnalyseGraph', 'ada')).toBe('modelQueue');
  await send({ type: 'ChangeTier', userId: 'ada', tier: 'free' });
  await expect(gate('AnalyseGraph', 'ada')).rejects.toThrow('ada is on the free tier');
});

test('somebody nobody knows is on the free tier', async () => {
  await expect(createGate(store)('AnalyseGraph', 'nobody')).rejects.toMatchObject({ status: 403 });
});
