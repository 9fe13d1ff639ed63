import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestedReportSchema } from '#commands/contract';
import { reportViewSchema } from '#read-api/contract';
import { type Product, startProduct } from '../support/product.ts';
import { answerTo } from '../support/questions.ts';
import { until } from '../support/until.ts';
import { barriers } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { overflow, sample, visit } from './pages.ts';

const file = await sample('Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt');
const broken = { fileName: 'broken.pdf', content: '%PDF-1.7\nnot much' };

let product: Product;
let browser: Browser;
let page: Page;
let origin: string;
let paths: Readonly<Record<string, string>>;

/** Searches in vain until it is noticed: an insight, and a notification under the bell. */
async function getStuck(caseId: string): Promise<void> {
  const now = Date.now();
  const events = Array.from({ length: 12 }, (_, index) => ({
    ...{ action: 'searched', query: `deposit ${index}`, caseId },
    occurredAt: new Date(now - (12 - index) * 20_000).toISOString(),
  }));
  expect((await product.request('/api/behaviour', { json: { events } })).status).toBe(202);
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ roles: 'all' }), launchChromium()]);
  page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(60_000);
  await visit(page, product.signInLink());
  origin = new URL(page.url()).origin;

  const { caseId } = await product.openCase('Harbour');
  const files = [{ fileName: file.name, content: new Uint8Array(file.buffer), type: file.mimeType }];
  const { documentId } = await product.upload(caseId, files);
  const { documentId: failed } = await product.upload(caseId, [broken]);
  await until('one document is ready and one has failed', async () => {
    const stages = (await product.documents(caseId)).map(({ stage }) => stage);
    return stages.includes('ready') && stages.includes('failed');
  });
  const answered = await answerTo(product, { caseId, question: 'When was the amendment entered into?' });
  const none = await answerTo(product, { caseId, question: 'Quokkas?' });
  await getStuck(caseId);
  const { reportId } = await product.json(requestedReportSchema, '/api/ai/generate-report', {
    json: { caseId },
  });
  await until('the report is ready', async () => {
    const { status } = await product.json(reportViewSchema, `/api/reports/${reportId}`);
    return status === 'ready';
  });

  const of = `/cases/${caseId}`;
  paths = {
    cases: '/',
    case: of,
    'an answer': `${of}/ask?question=${answered.questionId}`,
    'no answer': `${of}/ask?question=${none.questionId}`,
    reports: `${of}/reports`,
    names: `${of}/entities`,
    insights: `${of}/insights`,
    timeline: `${of}/timeline`,
    search: `${of}/search?q=amendmnt`,
    'search over the graph': `${of}/search?q=amendment&mode=graph`,
    'a document': `/documents/${documentId}`,
    'a document that failed': `/documents/${failed}`,
    settings: '/settings',
    projections: '/projections',
    'what is not there': '/documents/no-such-document',
  };
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe.each([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
] as const)('$theme, $width pixels wide', ({ theme, width }) => {
  test('every page can be read and used by everybody, and fits', async () => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    for (const [name, path] of Object.entries(paths)) {
      await visit(page, origin + path);
      expect(await page.locator('html').getAttribute('data-theme')).toBe(theme);
      expect(await barriers(page), name).toEqual([]);
      expect(await overflow(page), name).toBe(0);
      expect(await page.getByRole('heading', { level: 1 }).count(), name).toBe(1);
    }
  });

  test('so can what opens over a page', async () => {
    await visit(page, origin + paths.insights);
    await page.locator('[data-insight="stuck"]').waitFor();
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.locator('[data-notification]').first().waitFor();
    expect(await barriers(page), 'the bell').toEqual([]);
    await page.keyboard.press('Escape');
    if (width < 640) {
      await page.getByRole('button', { name: 'Menu' }).click();
      expect(await barriers(page), 'the menu').toEqual([]);
      await page.getByRole('menuitem', { name: /^Tier/ }).click();
    } else await page.getByRole('button', { name: 'Tier: Pro' }).click();
    await page.getByRole('heading', { name: 'Tier: Pro' }).waitFor();
    expect(await barriers(page), 'the tier').toEqual([]);
  });

  test('so can what says that something is wrong', async () => {
    await visit(page, `${origin}/settings`);
    await page.getByLabel('By e-mail').check();
    await page.getByLabel('By text message').check();
    await page.getByLabel('Hold back what is not urgent').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Say where the e-mail goes.').waitFor();
    expect(await barriers(page), 'settings').toEqual([]);
    await visit(page, origin + paths['a document that failed']);
    await page.route('**/retry', (route) => route.abort());
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('[data-sonner-toast]').getByText('Casefold does not answer').waitFor();
    expect(await barriers(page), 'a toast').toEqual([]);
    await page.unroute('**/retry');
  });
});
