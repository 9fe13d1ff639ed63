import { afterAll, beforeAll, describe } from 'vitest';
import { type Deployment, startDeployment } from './deployment.ts';
import { intelligenceContract } from './intelligence.ts';
import { sameContentContract } from './same-content.ts';
import { useContract } from './use.ts';

let started: Deployment | undefined;
const deployment = () => {
  if (!started) throw new Error('The deployment is started before the tests, not while they are collected.');
  return started;
};
beforeAll(async () => {
  started = await startDeployment();
});
afterAll(() => started?.stop());

// In this order: each looks at what is there after the one before.
describe('one process for each role', () => useContract(deployment));
describe('what helps people in a case', () => intelligenceContract(deployment));
describe('the real servers and the embedded engines', () => sameContentContract(deployment));
