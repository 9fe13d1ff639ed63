import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { launchChromium } from './chromium.ts';
import {
  chooseFiles,
  dropFile,
  highlighted,
  inkOnFirstPage,
  isSeen,
  noteTexts,
  overflow,
  ready,
  sample,
  upload,
  visit,
} from './pages.ts';

const agreement = await sample('Netgear and Ingram Micro - Distributor Agreement (1996).pdf');
const amendment = await sample('Netgear and Ingram Micro - Distributor Agreement, Amendment (1998).txt');
const broken = { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nnot much') };

/** Long enough for a document on a busy machine; what is waited for usually comes in a second or two. */
const patience = 120_000;

const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: patience });

let product: Product;
/** As a browser names it: a cookie of `localhost` is none of 127.0.0.1. */
const origin = () => new URL(product.signInLink()).origin;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

/** What the browser notes when a read asks again for the own write, as it should. */
const notCaughtUp = /status of 503/;

/** A new tab, whose script errors and refused scripts are noted. */
async function openTab(of: BrowserContext): Promise<Page> {
  const tab = await of.newPage();
  tab.setDefaultTimeout(patience);
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('console', (message) => {
    if (message.type() === 'error' && !notCaughtUp.test(message.text())) complaints.push(message.text());
  });
  return tab;
}

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ roles: 'all' }), launchChromium()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  page = await openTab(context);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe('a case in the browser', () => {
  test('begins with a link and a first page that says what to do', async () => {
    await visit(page, product.signInLink());
    await page.getByRole('heading', { name: 'Welcome to Casefold' }).waitFor();
    await page.getByRole('button', { name: 'Load the demo case' }).waitFor();
    expect(await page.title()).toBe('Cases · Casefold');
  });

  test('is opened under a name that the form checks', async () => {
    await page.getByRole('button', { name: 'Open a case' }).click();
    await page.getByRole('button', { name: 'Open the case' }).click();
    await page.getByText('Give the case a name.').waitFor();
    await page.getByLabel('Name of the case').fill('Harbour leases');
    await page.getByRole('button', { name: 'Open the case' }).click();
    await page.getByRole('heading', { name: 'Harbour leases', level: 1 }).waitFor();
    await page.getByText('Add the first documents').waitFor();
  });

  test('takes files of every quality and shows each stage as it comes', async () => {
    const shown = await noteTexts(page, `[data-upload="${agreement.name}"]`);
    await chooseFiles(page, [agreement, amendment, broken]);
    await upload(page, agreement.name).getByText('Ready').waitFor();
    await upload(page, amendment.name).getByText('Ready').waitFor();
    await upload(page, broken.name).getByText('Failed').waitFor();
    await upload(page, broken.name).getByRole('button', { name: 'Retry' }).waitFor();
    expect(await upload(page, broken.name).locator('p').textContent()).not.toBe('');
    expect((await shown()).some((text) => /Reading|Analysing|Linking/.test(text))).toBe(true);

    // The list follows without a reload.
    const row = page.locator(`[data-document="${agreement.name}"]`);
    await row.getByText('Ready').waitFor();
    await page.locator(`[data-document="${broken.name}"]`).getByText('Failed').waitFor();
  });

  test('says so when a file is there already', async () => {
    await dropFile(page, amendment);
    const again = page.locator('[data-upload]').first();
    await again.getByText('Already in this case.').waitFor();
    await page.getByRole('button', { name: 'Clear finished uploads' }).click();
    await eventually(() => page.locator('[data-document]').count()).toBe(3);
  });

  test('narrows its list by what the facets count', async () => {
    await page
      .getByRole('complementary', { name: 'Filters' })
      .getByRole('link', { name: /^Failed/ })
      .click();
    await page.waitForURL(/stage=failed/);
    await eventually(() => page.locator('[data-document]').count()).toBe(1);
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await eventually(() => page.locator('[data-document]').count()).toBe(3);
  });

  test('finds a passage and opens the document there', async () => {
    await page.getByRole('searchbox', { name: 'Search this case' }).fill('termination notice');
    await page.keyboard.press('Enter');
    const hit = page.locator('a[data-hit]').first();
    await hit.waitFor();
    expect(await page.locator('mark').first().textContent()).toMatch(/terminat|notice/i);
    await hit.click();
    await page.waitForURL(/\/documents\/.+start=\d+&end=\d+/);
    await eventually(() => highlighted(page, 'passage')).toMatchObject({ seen: true });
    expect((await highlighted(page, 'passage')).texts[0]).toMatch(/terminat|notice/i);
  });
});

describe('a document in the browser', () => {
  test('shows the PDF itself, drawn and selectable', async () => {
    await page.getByRole('navigation', { name: 'Case' }).getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('link', { name: agreement.name, exact: true }).click();
    await page.getByRole('heading', { name: agreement.name }).waitFor();
    await page.locator('.pdfViewer .textLayer span').first().waitFor();
    await eventually(() => inkOnFirstPage(page)).toBeGreaterThan(0.001);
    await page.getByRole('button', { name: 'Next page' }).click();
    await eventually(() => page.getByLabel('Page number').inputValue()).toBe('2');
  });

  test('leads from a name in it to every mention, and to documents like it', async () => {
    const names = page.getByRole('region', { name: 'Organisations' }).getByRole('button');
    // Names come in while the page is looked at, and another one may be the first then.
    const hasText = (await names.first().locator('span').first().textContent()) ?? '';
    const name = names.filter({ hasText }).first();
    const mentions = Number(/(\d+)$/.exec((await name.textContent())?.trim() ?? '')?.[1]);
    await name.click();
    await eventually(async () => (await highlighted(page, 'mention')).texts.length).toBe(mentions);
    await eventually(() => highlighted(page, 'current-mention')).toMatchObject({ seen: true });
    await page
      .getByRole('region', { name: 'Similar documents' })
      .getByRole('link', { name: amendment.name })
      .waitFor();
    await page.getByText('Which model said this').click();
    await page.getByText('Digest').waitFor();
  });

  test('is liked and tagged, and stays so', async () => {
    await page.getByRole('tab', { name: 'Original' }).click();
    await page.getByLabel('Page number').fill('3');
    await page.keyboard.press('Enter');
    await eventually(() => page.locator('.pdfViewer .page').nth(2).evaluate(isSeen)).toBe(true);
    await page.getByRole('button', { name: 'Like', exact: true }).click();
    await page.getByRole('button', { name: /^Liked/ }).waitFor();
    // The news came in, and the reader is where they were.
    await page.getByRole('region', { name: 'History' }).getByText('liked it').waitFor();
    expect(await page.getByLabel('Page number').inputValue()).toBe('3');
    await page.getByLabel('Add a tag').fill('key contract');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the tag key contract' }).waitFor();
    await page.reload();
    await ready(page);
    await page.getByRole('button', { name: /^Liked/ }).waitFor();
    await page.getByRole('button', { name: 'Remove the tag key contract' }).waitFor();
  });

  test('is withdrawn with a reason, and leaves the list', async () => {
    await page.getByRole('navigation', { name: 'Case' }).getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('link', { name: broken.name, exact: true }).click();
    await page.getByRole('region', { name: 'Processing failed' }).waitFor();
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByLabel('Reason').fill('Sent in error.');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Sent in error.').first().waitFor();
    await page.getByRole('navigation', { name: 'Case' }).getByRole('link', { name: 'Documents' }).click();
    await eventually(() => page.locator('[data-document]').count()).toBe(2);
  });

  test('leaves a trace of each of these in the timeline', async () => {
    await page.getByRole('link', { name: 'Timeline' }).click();
    for (const type of [
      'CaseOpened',
      'DocumentUploaded',
      'DocumentTextExtracted',
      'DocumentAnalysed',
      'SimilarDocumentsFound',
      'DocumentProcessingFailed',
      'DocumentLiked',
      'DocumentTagged',
      'DocumentWithdrawn',
      'BehaviourRecorded',
    ]) {
      await page.locator(`[data-event="${type}"]`).first().waitFor();
    }
    await page
      .locator('[data-event="BehaviourRecorded"]', { hasText: 'You viewed' })
      .getByRole('link', { name: agreement.name })
      .first()
      .waitFor();
    const liked = page.locator('[data-event="DocumentLiked"]');
    await liked.getByRole('button', { name: 'Event' }).click();
    await liked.getByText('Correlation id').waitFor();
    await page.getByLabel('Show').selectOption('DocumentWithdrawn');
    await page.waitForURL(/type=DocumentWithdrawn/);
    await eventually(() => page.locator('[data-event]').count()).toBe(1);
  });
});

describe('the whole of it', () => {
  test('can be used with the keyboard alone', async () => {
    await visit(page, `${origin()}/`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toContain('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toContain('New case');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await eventually(() => page.locator(':focus').getAttribute('aria-invalid')).toBe('false');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /Harbour leases/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Harbour leases', level: 1 }).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('distributor');
    await page.keyboard.press('Enter');
    await page.locator('a[data-hit]').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/documents\//);
  });

  test('is dark where the system is, until the person chooses, and keeps the choice', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.reload();
    await ready(page);
    const theme = () => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: 'Use the light theme' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    await ready(page);
    expect(await theme()).toBe('light');
  });

  test('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    expect(await overflow(page)).toBe(0);
    for (const name of ['Documents', 'Search', 'Ask', 'Names', 'Reports', 'Insights', 'Timeline']) {
      await page.getByRole('navigation', { name: 'Case' }).getByRole('link', { name }).click();
      const tab = page.locator('a[aria-current="page"]', { hasText: name });
      await tab.waitFor();
      expect(await overflow(page), name).toBe(0);
      await eventually(() => tab.evaluate((element) => element.getBoundingClientRect().right)).toBeLessThan(
        380,
      );
    }
  });

  test('keeps in a menu what a narrow screen has no room for', async () => {
    const choose = async (name: RegExp) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose(/^Tier: Pro/);
    await page.getByRole('heading', { name: 'Tier: Pro' }).waitFor();
    await page.keyboard.press('Escape');
    await choose(/^How you are told/);
    await page.waitForURL(/\/settings$/);
    await choose(/^Projections/);
    await page.waitForURL(/\/projections$/);
  });

  test('ran without an error in the browser', () => {
    expect(complaints).toEqual([]);
  });

  test('says calmly what there is not, and how a stranger gets in', async () => {
    await visit(page, `${origin()}/documents/no-such-document`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    const stranger = await (await browser.newContext()).newPage();
    const answer = await stranger.goto(`${origin()}/`);
    expect(answer?.status()).toBe(401);
    await stranger.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await stranger.getByText('npm run casefold -- link').waitFor();
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: /^Sign out/ }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });
});
