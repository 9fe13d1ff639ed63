import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { launchChromium } from './chromium.ts';
import { overflow, visit } from './pages.ts';

const patience = 60_000;
let product: Product;
let browser: Browser;
let page: Page;
let caseId: string;
const complaints: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ roles: 'all' }), launchChromium()]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(patience);
  page.on('pageerror', (error) => complaints.push(error.message));
  ({ caseId } = await product.openCase('Harbour'));
  await visit(page, product.signInLink());
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const origin = () => new URL(page.url()).origin;
const bell = () => page.getByRole('button', { name: /^Notifications/ });

/** Searches in vain for a while, as the browser would tell it. */
async function getStuck(): Promise<void> {
  const now = Date.now();
  const events = Array.from({ length: 12 }, (_, index) => ({
    action: 'searched',
    query: `deposit ${index}`,
    caseId,
    occurredAt: new Date(now - (12 - index) * 20_000).toISOString(),
  }));
  expect((await product.request('/api/behaviour', { json: { events } })).status).toBe(202);
}

test('before anything is known, the pages say what will be there', async () => {
  await bell().click();
  await page.getByText('Nothing yet.').waitFor();
  await page.keyboard.press('Escape');
  await visit(page, `${origin()}/cases/${caseId}/insights`);
  await page.getByRole('heading', { name: 'Nothing to tell you yet' }).waitFor();
});

test('somebody who is stuck is told over the page, in the bell, and in the insights, without a reload', async () => {
  await visit(page, `${origin()}/projections`);
  await bell().waitFor();
  await getStuck();
  await page.locator('[data-sonner-toast]').getByText('Not finding “deposit 11”?').waitFor();
  await page.getByRole('button', { name: 'Notifications, 1 of them unread' }).waitFor();
  await page.locator('[data-sonner-toast]').getByRole('button', { name: 'Look' }).click();
  await page.waitForURL(/\/insights$/);
  const insight = page.locator('[data-insight="stuck"]');
  await insight.getByText('Looks for “deposit 11”').waitFor();
  await insight.getByText('Which model said this').click();
  await insight.getByText('casefold-behaviour-rules 1').waitFor();
});

test('an advised question is there to be asked', async () => {
  await page.getByRole('link', { name: /Ask what the case says about “deposit 11”/ }).click();
  await page.waitForURL(/\/ask\?about=/);
  expect(await page.getByRole('textbox').first().inputValue()).toContain('deposit 11');
});

test('a question looks outside its case only where that is set up, and the page says how', async () => {
  const outside = page.getByRole('checkbox', { name: 'Look outside the case too' });
  expect(await outside.isDisabled()).toBe(true);
  await page.getByText(/set SEARXNG_URL to the address/).waitFor();
});

test('the bell is read with the keyboard alone', async () => {
  await bell().focus();
  await page.keyboard.press('Enter');
  const item = page.locator('[data-notification]');
  await item.getByRole('heading', { name: /Not finding/ }).waitFor();
  await page.getByRole('button', { name: 'Mark all as read' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await item.waitFor({ state: 'hidden' });
});

test('how one is told is said in the settings, checked, and kept', async () => {
  await visit(page, `${origin()}/settings`);
  await page.getByText('This Casefold is not set up for it').first().waitFor();
  await page.getByLabel('By e-mail').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Say where the e-mail goes.').waitFor();
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByLabel('Hold back what is not urgent').check();
  await page.getByLabel('Time zone').selectOption('Europe/Berlin');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await visit(page, `${origin()}/settings`);
  expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@example.org');
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  expect(await overflow(page)).toBe(0);
});

test('nothing of it broke', () => {
  expect(complaints).toEqual([]);
});
