import { afterAll, beforeAll, describe } from 'vitest';
import { copyContract } from './copy.ts';
import { notificationContract } from './notifications.ts';
import { poolContract } from './pool.ts';
import { protocolContract } from './protocol.ts';
import { searchContract } from './search.ts';
import { settingsContract } from './settings.ts';
import { type PostgresTarget, startTarget } from './target.ts';
import { transactionContract } from './transactions.ts';
import { valueContract } from './values.ts';

let target: PostgresTarget;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(async () => {
  await target.stop();
});

const current = () => target;
describe('a pool', () => poolContract(current));
describe('transactions', () => transactionContract(current));
describe('prepared statements and portals', () => protocolContract(current));
describe('settings', () => settingsContract(current));
describe('notifications', () => notificationContract(current));
describe('COPY', () => copyContract(current));
describe('values', () => valueContract(current));
describe('search', () => searchContract(current));
