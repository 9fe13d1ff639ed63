import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProjectionStatus } from '#projections/runner/status';
import { projectionDetailSchema } from '#read-api/contract-projections';
import { launchChromium } from './chromium.ts';
import { overflow, ready, visit } from './pages.ts';
import { differingCertificate } from './projection-certificate.ts';
import { type ProjectionSite, startProjectionSite } from './projection-site.ts';

const patience = 60_000;

let site: ProjectionSite;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
/** What the browser itself notes when it is told that it has no network, or is refused. */
const expected = /ERR_INTERNET_DISCONNECTED|status of (401|404|409|422)/;

const generation = (
  number: number,
  state: ProjectionStatus['generations'][number]['state'],
): ProjectionStatus['generations'][number] => ({
  generation: number,
  version: 1,
  state,
  partitions: 1,
  position: '901222',
  createdAt: '2026-11-25T10:00:00.000Z',
});
const scanning: NonNullable<ProjectionStatus['rebuild']> = {
  rebuildId: 'r1',
  generation: 3,
  purpose: 'rebuild',
  phase: 'scanning',
  paused: false,
  progress: 0.4456,
  position: '401222',
  eventsRead: 400_100,
  eventsApplied: 123_456,
  rate: 54_321,
};
const documentList: Partial<ProjectionStatus> & { readonly name: string } = {
  name: 'document-list',
  generation: 2,
  position: '901222',
  head: '901234',
  lagEvents: 3,
  lagSeconds: 0.4,
  rate: 12.4,
  batchSeconds: { p50: 0.003, p99: 0.021 },
  generations: [generation(1, 'retired'), generation(2, 'live')],
};

const row = (name: string) => page.locator(`[data-projection="${name}"]`);
const metric = (name: string) => page.locator(`[data-metric="${name}"]`);
const dialog = () => page.getByRole('dialog');
const eventually = <Value>(value: () => Value) => expect.poll(value, { timeout: patience });
const show = async (name: string) =>
  projectionDetailSchema.parse(await (await site.server.request(`/api/projections/${name}`)).json());
const decisions = async (name: string) => (await show(name)).history.map(({ type }) => type);

beforeAll(async () => {
  [site, browser] = await Promise.all([startProjectionSite(), launchChromium()]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(site.signInLink());
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe('the page about projections', () => {
  test('names those nobody tells of, and says how a worker is started', async () => {
    await visit(page, `${site.origin}/projections`);
    expect(await page.title()).toBe('Projections · Casefold');
    await row('case-graph').getByText('npm start').waitFor();
    expect(
      await page.getByRole('link', { name: 'Projections', exact: true }).getAttribute('aria-current'),
    ).toBe('page');
  });

  test('shows what workers tell, and follows it without a reload or anything moving', async () => {
    await site.tell(documentList);
    const behind = row('document-list').locator('[data-metric="Behind"]');
    await behind.getByText('3 events').waitFor();
    for (const text of ['Postgres · version 1 · generation 2', 'of 901234', '12/s', '3 ms', 'p99 21 ms']) {
      await row('document-list').getByText(text, { exact: true }).waitFor();
    }
    const places = () =>
      row('document-list')
        .locator('[data-metric], button')
        .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));
    const before = await places();
    await site.tell({ ...documentList, lagEvents: 12_004, lagSeconds: 75, rate: 98_765, position: '11' });
    await behind.getByText('12,004 events').waitFor();
    await behind.getByText('1 min 15 s').waitFor();
    expect(await places()).toEqual(before);
  });

  test('shows each partition with its worker, and which of them is in need', async () => {
    const split = { name: 'case-graph', sink: 'graph', partitions: 2 } as const;
    await site.tell({ ...split, partition: 0, worker: 'worker-a' });
    await site.tell({
      ...split,
      partition: 1,
      worker: 'worker-b',
      state: 'retrying',
      lastError: 'Node 12 is not there.',
    });
    const second = row('case-graph').locator('[data-partition="1"]');
    await second.getByText('worker-b').waitFor();
    await second.getByText('retrying').waitFor();
    await row('case-graph').locator('h2 [data-state="retrying"]').waitFor();
    await row('case-graph').getByText('Node 12 is not there.').waitFor();
    await page.locator('[data-overview]').getByText('1 needs a look').waitFor();
  });

  test('takes a rebuild from the keyboard alone, and checks it first', async () => {
    await page.getByRole('button', { name: 'Rebuild document-list' }).focus();
    await page.keyboard.press('Enter');
    await dialog().getByRole('heading', { name: 'Rebuild projections' }).waitFor();
    expect(await dialog().getByRole('checkbox', { name: 'document-list' }).isChecked()).toBe(true);
    expect(await dialog().getByRole('checkbox', { name: 'case-graph' }).isChecked()).toBe(false);
    await dialog().getByLabel('Partitions').focus();
    await page.keyboard.type('65');
    await page.keyboard.press('Enter');
    await dialog().getByRole('alert').getByText('from 1 to 64').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Tab');
    await page.keyboard.type('5000');
    await dialog().getByLabel('Readers see it').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog().getByRole('button', { name: 'Rebuild 1' }).press('Enter');
    await page.getByText('Rebuild of document-list asked for').waitFor();
    await dialog().waitFor({ state: 'hidden' });
    // Back where the person was.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Rebuild document-list',
    );
    expect((await show('document-list')).decided.rebuild).toMatchObject({
      purpose: 'rebuild',
      switch: 'by-hand',
      throttle: 5000,
      soakSeconds: 3600,
      status: 'requested',
    });
  });

  test('asks for a check of all, and says which could not be asked for', async () => {
    await page.getByRole('button', { name: 'Verify several' }).click();
    await dialog().getByRole('button', { name: 'Verify 2' }).click();
    await page.getByText('Check of case-graph asked for').waitFor();
    await page.getByText('A rebuild of document-list is at work.').waitFor();
    expect((await show('case-graph')).decided.rebuild?.purpose).toBe('verify');
  });

  test('offers to cancel a rebuild that no worker tells of', async () => {
    await visit(page, `${site.origin}/projections/case-graph`);
    const untold = page.locator('[data-untold]');
    await untold.getByText('The check waits for a worker.').waitFor();
    await untold.getByRole('button', { name: 'Cancel the check of case-graph' }).click();
    await dialog().getByText('ends without a verdict').waitFor();
    await dialog().getByRole('button', { name: 'Cancel the check' }).click();
    await page.locator('[data-outcome="cancelled"]').waitFor();
    expect((await show('case-graph')).decided.rebuild?.status).toBe('cancelled');
    await page.getByRole('link', { name: 'All projections' }).click();
    await row('document-list').waitFor();
  });

  test('shows how a rebuild is doing, and has it paused, throttled and resumed', async () => {
    const rebuild = row('document-list').locator('[data-rebuild]');
    await site.tell({ ...documentList, rebuild: { ...scanning, phase: 'waiting', progress: 1 } });
    await rebuild.getByText('begins in a moment').waitFor();
    await rebuild.getByText('0.0 %').waitFor();
    await site.tell({ ...documentList, rebuild: { ...scanning, phase: 'comparing', progress: 1 } });
    await rebuild.getByText('99.9 %').waitFor();
    await site.tell({ ...documentList, rebuild: scanning });
    await rebuild.getByText('Rebuild to generation 3').waitFor();
    await rebuild.getByText('44.5 %').waitFor();
    await rebuild.getByText('54,321/s · time left cannot be told yet').waitFor();
    expect(await rebuild.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('45');
    await site.tell({ ...documentList, rebuild: { ...scanning, remainingSeconds: 129.2 } });
    await rebuild.getByText('2 min 10 s left').waitFor();

    await rebuild.getByRole('button', { name: 'Pause the rebuild of document-list' }).click();
    await eventually(async () => (await show('document-list')).decided.rebuild?.paused).toBe(true);
    await site.tell({ ...documentList, rebuild: { ...scanning, paused: true } });
    await rebuild.getByRole('button', { name: 'Resume the rebuild of document-list' }).click();
    await eventually(async () => (await show('document-list')).decided.rebuild?.paused).toBe(false);

    await rebuild.getByRole('button', { name: 'Throttle the rebuild of document-list' }).click();
    await dialog().getByLabel('Events a second').fill('-1');
    await dialog().getByRole('button', { name: 'Throttle' }).click();
    await dialog().getByRole('alert').waitFor();
    await dialog().getByLabel('Events a second').fill('');
    await dialog().getByRole('button', { name: 'Throttle' }).click();
    await page.getByText('document-list: the rebuild runs as fast as it can').waitFor();
    expect((await show('document-list')).decided.rebuild?.throttle).toBeUndefined();
  });

  test('says when nobody tells of a projection any more, and when the server does not answer', async () => {
    site.fallSilent('case-graph');
    await row('case-graph').locator('h2 [data-state="silent"]').waitFor();
    await row('case-graph').getByText('is its worker running?').waitFor();
    await page.context().setOffline(true);
    await page.locator('[data-offline]').getByText('Casefold does not answer.').waitFor();
    await page.getByRole('status').getByText('Offline').waitFor();
    await row('document-list').getByText('901222').first().waitFor();
    await page.context().setOffline(false);
    await page.getByRole('status').getByText('Live').waitFor();
    expect(await page.locator('[data-offline]').count()).toBe(0);
  });
});

describe('the page about one projection', () => {
  test('shows the certificate in full, and what is to be known before a switch', async () => {
    const { decided } = await show('document-list');
    const rebuildId = decided.rebuild?.rebuildId ?? '';
    await row('document-list').getByRole('link', { name: 'document-list' }).click();
    await page.getByRole('heading', { name: 'document-list', level: 1 }).waitFor();
    await site.server.record({
      type: 'RecordCertificate',
      projection: 'document-list',
      rebuildId,
      certificate: differingCertificate,
    });
    // Told without a reload, in the live region.
    await page.getByText('document-list: ready').waitFor();
    const certificate = page.locator('[data-certificate]');
    for (const text of [
      'from the beginning up to 901222',
      '1 min 23 s',
      differingCertificate.codeRevision,
      differingCertificate.digest,
      '1,200: 1,200 in documents',
      '1 of 1,200 entries',
    ]) {
      await certificate.getByText(text).waitFor();
    }
    const types = page.getByRole('region', { name: 'Events by type' });
    expect(await types.getByRole('row', { name: /^DocumentTagged/ }).textContent()).toMatch(
      /340\s*338\s*2\s*0/,
    );
    await page.getByText('The log holds none of: DocumentLiked.').waitFor();
    await page.getByText('Every event in the log is accounted for').waitFor();
    const difference = page.locator('[data-difference="d1"]');
    await difference.getByText('{"tags":["old","new"]}').waitFor();
    expect(await difference.getByRole('link', { name: 'document-d1' }).getAttribute('href')).toBe(
      '/documents/d1',
    );
  });

  test('switches when that is confirmed, and rolls back while the earlier one is kept', async () => {
    const ready = [generation(2, 'live'), generation(3, 'ready')];
    await site.tell({ ...documentList, generations: ready, rebuild: { ...scanning, phase: 'ready' } });
    await page.getByRole('button', { name: 'Switch to it' }).click();
    await dialog().getByText('see generation 3 instead of 2, in one step').waitFor();
    await dialog().getByText('It differs from generation 2 in 1 entry').waitFor();
    await dialog().getByRole('button', { name: 'Not now' }).click();
    expect(await decisions('document-list')).not.toContain('ProjectionSwitchRequested');
    await page.getByRole('button', { name: 'Switch to it' }).click();
    await dialog().getByRole('button', { name: 'Switch', exact: true }).click();
    await page.getByText('A switch to generation 3 is asked for').waitFor();

    await site.server.record({
      type: 'RecordSwitch',
      projection: 'document-list',
      from: 2,
      to: 3,
      position: '901222',
    });
    const switched = [generation(2, 'retired'), generation(3, 'live')];
    await site.tell({ ...documentList, generation: 3, generations: switched });
    await page.locator('[data-outcome="switched"]').waitFor();
    await page.getByRole('button', { name: 'Roll back to it' }).click();
    await dialog().getByText('see generation 2 again instead of 3').waitFor();
    await dialog().getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('A switch to generation 2 is asked for').waitFor();
  });

  test('pauses and resumes, and the focus stays on the button', async () => {
    await page.getByRole('button', { name: 'Pause document-list' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Resume document-list' }).waitFor();
    await page.getByText('It is to pause.').waitFor();
    await site.tell({ ...documentList, generation: 3, state: 'paused' });
    await page.locator('[data-state="paused"]').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause document-list' }).waitFor();
    expect((await show('document-list')).decided.paused).toBe(false);
  });

  test('has parked events retried, or skipped for a reason', async () => {
    const parked = { projection: 'document-list', revision: '3', attempts: 5, type: 'DocumentTagged' };
    const parkedAt = '2026-11-25T10:00:00.000Z';
    for (const position of ['7', '9']) {
      const isCause = position === '7';
      const error = isCause ? 'No such row.' : '';
      const rest = { stream: 'document-1', position, eventId: `e${position}`, isCause, error, parkedAt };
      site.server.parked.push({ ...parked, ...rest });
    }
    await site.tell({ ...documentList, generation: 3, parked: 2 });
    const stream = page.locator('[data-parked="document-1"]');
    await stream.getByText('No such row.').waitFor();
    await stream.getByText('1 event waits behind it').waitFor();
    await stream.getByRole('button', { name: 'Retry document-1' }).click();
    await eventually(() => decisions('document-list')).toContain('ParkedStreamRetryRequested');

    await stream.getByRole('button', { name: 'Skip the event at 7 of document-1' }).click();
    await dialog().getByRole('button', { name: 'Skip it' }).click();
    await dialog().getByRole('alert').getByText('Say why.').waitFor();
    await dialog().getByLabel('Reason').fill('A test upload.');
    await dialog().getByRole('button', { name: 'Skip it' }).click();
    await page.getByText('1 event skipped by decision: at 7.').waitFor();
    await page.getByText('A test upload.').waitFor();

    site.server.parked.length = 0;
    await site.tell({ ...documentList, generation: 3 });
    await page.getByText('Nothing is parked.').waitFor();
  });

  test('tells which events shaped an entry, and where each is', async () => {
    const events = await Array.fromAsync(site.server.store.readStream('projection-document-list'));
    site.server.lineage.set('document-list|documents|d1|a', events.slice(0, 2));
    await page.getByRole('button', { name: 'Show the events' }).click();
    await page.getByText('Give the key of the entry').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('d1');
    await page.keyboard.press('Enter');
    await page.getByText('No event shaped an entry d1 of documents').waitFor();
    await page.getByRole('button', { name: 'Key value' }).click();
    await page.getByLabel('Key, value 2').fill('a');
    await page.keyboard.press('Enter');
    await page.getByText('2 events shaped').waitFor();
    const shaping = page.locator('[data-lineage] li');
    expect(await shaping.first().textContent()).toContain('ProjectionRebuildRequested');
    expect(await shaping.first().getByRole('link').getAttribute('href')).toBe('/projections/document-list');
  });

  test('does not ask while it cannot be seen, and at once when it is seen again', async () => {
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/projections')) asked++;
    });
    const hide = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await page.clock.install();
    await visit(page, `${site.origin}/projections/document-list`);
    const shows = async (lagEvents: number) => {
      await site.tell({ ...documentList, generation: 3, lagEvents });
      await eventually(async () => {
        await page.clock.runFor(1000);
        return metric('Behind').textContent();
      }).toContain(`${lagEvents} events`);
    };
    await shows(76);
    await hide(true);
    asked = 0;
    await page.clock.runFor(30_000);
    await site.tell({ ...documentList, generation: 3, lagEvents: 77 });
    expect([asked, await metric('Behind').textContent()]).toEqual([0, expect.stringContaining('76 events')]);
    await hide(false);
    await metric('Behind').getByText('77 events').waitFor();
    await shows(78);
    await page.clock.resume();
  });

  test('fits a narrow screen, in the dark too', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    for (const path of ['/projections/document-list', '/projections']) {
      await visit(page, site.origin + path);
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
      expect([path, await overflow(page)]).toEqual([path, 0]);
    }
  });

  test('says that there is none of that name, and which there are', async () => {
    await page.goto(`${site.origin}/projections/none`);
    await ready(page);
    await page.getByText('There is no projection none. There are: case-graph, document-list.').waitFor();
  });

  test('ran without an error in the browser', () => {
    expect(complaints).toEqual([]);
  });
});
