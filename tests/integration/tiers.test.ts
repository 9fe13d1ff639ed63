import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writtenSchema } from '#commands/contract';
import type { Tier } from '#domain/user/events';
import { meSchema } from '#read-api/contract';
import { expectProblem } from '../support/problem.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { runCli } from '../support/run-cli.ts';

const folder = newDataFolder();
const roles = ['commands', 'read-api'] as const;
let casefold: Product;
beforeAll(async () => {
  casefold = await startProduct({ folder, roles });
});
afterAll(async () => {
  await casefold.stop();
  rmSync(folder, { recursive: true, force: true });
});

const myTier = async () => (await casefold.json(meSchema, '/api/me')).tier;
const change = (userId: string, tier: Tier | 'gold') =>
  casefold.request(`/api/users/${userId}/tier`, { method: 'PUT', json: { tier } });

test('the owner begins with everything, and what they chose outlasts a start', async () => {
  expect(await myTier()).toBe('pro');
  const written = await change('owner', 'free');
  expect(written.status).toBe(202);
  writtenSchema.parse(await written.json());
  expect(await myTier()).toBe('free');
  await casefold.stop();
  casefold = await startProduct({ folder, roles });
  expect(await myTier()).toBe('free');
});

test('a tier is changed from the command line', async () => {
  const { code, stdout } = await runCli(['users', 'tier', 'owner', 'pro', '--data', folder]);
  expect([code, stdout.trim()]).toEqual([0, 'owner is on the pro tier.']);
  expect(await myTier()).toBe('pro');
});

test('deep research is refused on the free tier, in words that say what to do, and a plain question is taken', async () => {
  const { caseId } = await casefold.openCase('Asked');
  const ask = (research: boolean) =>
    casefold.request('/api/ai/query', { json: { caseId, question: 'When does it end?', research } });
  await change('owner', 'free');
  const { detail } = await expectProblem(await ask(true), 403, 'needs-pro');
  expect(detail).toContain('users tier owner pro');
  expect((await ask(false)).status).toBe(202);
  await change('owner', 'pro');
  expect((await ask(true)).status).toBe(202);
});

test('a tier that there is not, and somebody nobody knows, are refused', async () => {
  await expectProblem(await change('owner', 'gold'), 422, 'invalid-input');
  await expectProblem(await change('nobody', 'pro'), 404, 'user-unknown');
});
