import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { launchChromium } from './chromium.ts';
import { chooseFiles, ready, sample, upload, visit } from './pages.ts';

const amendment = await sample('Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt');
const patience = 120_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let caseId: string;
let documentId: string;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ roles: 'all' }), launchChromium()]);
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  await visit(page, product.signInLink());
  await page.getByRole('button', { name: 'Open a case' }).click();
  await page.getByLabel('Name of the case').fill('Harbour leases');
  await page.getByRole('button', { name: 'Open the case' }).click();
  await page.getByRole('heading', { name: 'Harbour leases', level: 1 }).waitFor();
  caseId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await chooseFiles(page, [amendment]);
  await upload(page, amendment.name).getByText('Ready').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** How often each thing is in the history of the case by now. */
async function counts(): Promise<Record<string, number>> {
  await product.caughtUp();
  const answer = await product.request(`/api/cases/${caseId}/metrics`);
  return (await answer.json()).totals;
}
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: patience, interval: 500 });
const waiting = (of: Page) =>
  of.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('casefold.behaviour.')).length);
/** Passes the time of somebody who reads; shorter looks than a second are not recorded. */
async function looksFor(of: Page, milliseconds: number): Promise<void> {
  const until = milliseconds + (await of.evaluate(() => performance.now()));
  await of.waitForFunction((time) => performance.now() > time, until);
}

test('reading a document is told to the history: that it was opened, and for how long it was in sight', async () => {
  await page.locator(`[data-document="${amendment.name}"] a`).first().click();
  await page.waitForURL(/\/documents\//);
  documentId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await eventually(async () => (await counts()).viewed).toBe(1);
  await looksFor(page, 1500);
  await page.getByRole('link', { name: 'Timeline' }).click();
  await page.waitForURL(/timeline/);
  await eventually(async () => (await counts()).dwelled).toBe(1);
});

test('what is done without a network is kept, and counts exactly once when the network is back', async () => {
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.waitForURL(/search/);
  await context.setOffline(true);
  await page.locator('#query').fill('termin');
  await page.locator('#query').blur();
  await eventually(() => waiting(page)).toBe(1);
  await context.setOffline(false);
  await eventually(() => waiting(page)).toBe(0);
  await eventually(async () => (await counts()).typed).toBe(1);
});

test('what was typed is not told, only how much', async () => {
  const answer = await product.request(`/api/cases/${caseId}/history?type=BehaviourRecorded`);
  const told = await answer.text();
  expect(told).toContain('"characters":6');
  expect(told).not.toContain('termin');
});

test('what was done just before a tab is closed arrives, and the next tab makes nothing count twice', async () => {
  const tab = await context.newPage();
  await visit(tab, `${new URL(page.url()).origin}/documents/${documentId}`);
  const { dwelled = 0, viewed = 0 } = await counts();
  await looksFor(tab, 1500);
  await tab.close({ runBeforeUnload: true });
  await eventually(async () => (await counts()).dwelled).toBe(dwelled + 1);
  await page.reload();
  await ready(page);
  await eventually(() => waiting(page)).toBe(0);
  const after = await counts();
  expect(after.dwelled).toBe(dwelled + 1);
  expect(after.viewed).toBeLessThanOrEqual(viewed + 1);
});
