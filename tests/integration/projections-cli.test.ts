import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import type { Certificate } from '#domain/projection/certificate';
import { ownerToken, type ProjectionServer, startProjectionServer } from '../support/projection-server.ts';
import { runCli } from '../support/run-cli.ts';

let server: ProjectionServer;
let url: string;
let folder: string;
const listener: { close?: () => void } = {};
const ended = new AbortController();

beforeAll(async () => {
  server = await startProjectionServer();
  const http = createAdaptorServer({ fetch: server.app.fetch });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  listener.close = () => void http.close();
  folder = mkdtempSync(join(tmpdir(), 'casefold-cli-'));
  writeFileSync(join(folder, 'address'), `${url}\n`);
  writeFileSync(join(folder, 'owner-token'), `${ownerToken}\n`);
});
afterAll(async () => {
  ended.abort();
  listener.close?.();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const remote = () => ({ CASEFOLD_URL: url, CASEFOLD_TOKEN: ownerToken });
const casefold = (...args: string[]) => runCli(args, remote());
const projections = (...args: string[]) => casefold('projections', ...args);

const certificateOf = (generation: number, equal: boolean): Certificate => ({
  projection: 'document-list',
  generation,
  version: 1,
  codeRevision: 'sha256:0',
  positions: { after: '-1', upTo: '900' },
  eventsInLog: { DocumentUploaded: 1203 },
  eventsApplied: { DocumentUploaded: 1203 },
  eventsSkipped: {},
  eventsParked: {},
  entries: { documents: 1200 },
  digest: 'a'.repeat(64),
  seconds: 130,
  comparison: {
    generation: 1,
    position: '900',
    entriesCompared: 1200,
    equal,
    differing: equal ? 0 : 1,
    differences: equal
      ? []
      : [
          {
            part: 'documents',
            key: ['d7'],
            kind: 'different',
            before: '{"title":"Lease"}',
            after: '{"title":"Rent"}',
            events: [{ position: '81', type: 'DocumentAnalysed', eventId: 'e', stream: 'document-d7' }],
          },
        ],
  },
});

type Decision = RecordedEvent & { data: { rebuildId: string } };

/** Hears the next event of some type from now on, as a worker follows decisions in the log. */
async function listenFor(type: string): Promise<() => Promise<Decision>> {
  const after = await server.store.headPosition();
  return async () => {
    for await (const event of server.store.subscribe({ after, types: [type], signal: ended.signal })) {
      return event as Decision;
    }
    throw new Error('The log ended.');
  };
}

describe('finding Casefold', () => {
  test('on the same machine it finds the address and the token by itself', async () => {
    expect((await runCli(['projections', 'list', '--data', folder])).code).toBe(0);
    expect((await runCli(['projections', 'list'], { CASEFOLD_DATA: folder })).code).toBe(0);
  });

  test('elsewhere by options or settings; the token of a folder goes to no other address', async () => {
    expect((await runCli(['projections', 'list', '--url', url, '--token', ownerToken])).code).toBe(0);
    const without = await runCli(['projections', 'list', '--url', url], { CASEFOLD_DATA: folder });
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--token or CASEFOLD_TOKEN')]);
    const wrong = await runCli(['projections', 'list'], { CASEFOLD_URL: url, CASEFOLD_TOKEN: 'x' });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('owner-token')]);
  });

  test('where none answers, it says what to do next', async () => {
    const nobody = await runCli(['projections', 'list', '--url', 'http://127.0.0.1:9', '--token', 'x']);
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('--url')]);
    const stopped = await runCli(['projections', 'list', '--data', tmpdir()]);
    expect([stopped.code, stopped.stderr]).toEqual([3, expect.stringContaining('npm start')]);
  });
});

test('wrong usage ends with 2, whatever is wrong about it', async () => {
  const wrong = [
    ['frob'],
    ['list', '--frob'],
    ['show'],
    ['rebuild'],
    ['rebuild', 'document-list', '--all'],
    ['rebuild', 'document-list', '--throttle', 'fast'],
    ['rebuild', 'document-list', '--soak', 'long'],
    ['throttle', 'document-list'],
    ['skip', 'document-list', '7'],
    ['skip', 'document-list', 'seven', '--reason', 'x'],
    ['retry', 'document-list'],
  ];
  const ends = await Promise.all(wrong.map(async (args) => ({ args, ...(await projections(...args)) })));
  for (const { args, code, stderr } of ends) {
    expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(/\S/)]);
  }
});

test('help teaches: what it does, an example, the exit codes', async () => {
  const { code, stdout } = await projections('rebuild', '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\$ casefold projections rebuild document-list --wait/);
  expect(stdout).toMatch(/4 {2}not yet/);
});

test('the list is a table of at most 100 columns, without colours where there is no terminal', async () => {
  await server.tell({
    name: 'document-list',
    position: '123456789012',
    lagEvents: 1_204_000,
    lagSeconds: 130,
    rate: 52_310,
    batchSeconds: { p50: 0.0021, p99: 0.013 },
    parked: 2,
    lastError: `a very long error ${'of a store '.repeat(20)}`,
    rebuild: {
      rebuildId: 'r',
      generation: 2,
      purpose: 'rebuild',
      phase: 'scanning',
      paused: false,
      progress: 0.42,
      position: '5',
      eventsRead: 1,
      eventsApplied: 1,
      rate: 40_000,
      remainingSeconds: 130,
    },
  });
  const { code, stdout } = await projections('list', '--watch');
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(stdout).not.toContain('\x1b');
  expect(lines[0]).toMatch(/^PROJECTION\s+GEN\s+STATE\s+POSITION\s+BEHIND\s+RATE\s+BATCH P50\/P99\s+PARKED$/);
  expect(lines[1]).toMatch(
    /^document-list +1 {2}running +123456789012 {2}1,204,000 · 2 min 10 s {2}52,310\/s/,
  );
  expect(lines[3]).toBe('  └ rebuild to generation 2: scanning 42.0 %, 40,000/s, 2 min 10 s left');
  expect(lines[4]).toBe('Nobody tells of: case-graph');
  const json = JSON.parse((await projections('list', '--json')).stdout);
  expect(json).toMatchObject({ items: [{ name: 'document-list', parked: 2 }], unheard: ['case-graph'] });
});

describe('a rebuild', () => {
  test('that is waited for ends when readers see it, with its certificate', async () => {
    const decision = await listenFor('ProjectionRebuildRequested');
    const command = projections('rebuild', 'document-list', '--wait', '--throttle', '500', '--soak', '2h');
    const { data } = await decision();
    expect(data).toMatchObject({ throttle: 500, soakSeconds: 7200, switch: 'when-ready' });
    const { rebuildId } = data;
    const of = { projection: 'document-list', rebuildId };
    await server.record({ type: 'RecordCertificate', ...of, certificate: certificateOf(2, true) });
    await server.record({ type: 'RecordSwitch', projection: 'document-list', from: 1, to: 2, position: '9' });
    const { code, stdout } = await command;
    expect(stdout).toContain('document-list: rebuilt, and readers see it');
    expect(stdout).toContain(
      'generation 2: 1,203 events applied; 1,200 entries; up to position 900; 2 min 10 s',
    );
    expect(stdout).toContain('equal to generation 1: 1,200 entries compared');
    expect(code).toBe(0);
    const shown = await projections('show', 'document-list');
    expect(shown.stdout).toMatch(/Last rebuild: switched/);
    expect(shown.stdout).toMatch(/ProjectionSwitched +owner/);
  });

  test('that is not done in time goes on, and is given up when somebody says so', async () => {
    const late = await projections('rebuild', 'document-list', '--wait', '--timeout', '0.2s', '--json');
    expect(late.code).toBe(4);
    expect(JSON.parse(late.stdout)).toMatchObject({ items: [{ outcome: 'not-yet' }] });
    const again = await projections('rebuild', 'document-list');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('cancel it first')]);
    expect((await projections('pause', 'document-list', '--rebuild')).code).toBe(0);
    expect((await projections('throttle', 'document-list', '--off')).code).toBe(0);
    const cancelled = await projections('cancel', 'document-list');
    expect([cancelled.code, cancelled.stdout]).toEqual([0, 'document-list: rebuild cancelled\n']);
    const none = await projections('cancel', 'case-graph');
    expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('No rebuild')]);
  });

  test('that fails says why', async () => {
    const decision = await listenFor('ProjectionRebuildRequested');
    const command = projections('rebuild', 'document-list', '--wait');
    const { rebuildId } = (await decision()).data;
    const message = 'The disk is full.\nNo space left.';
    await server.record({ type: 'RecordRebuildFailure', projection: 'document-list', rebuildId, message });
    const { code, stdout } = await command;
    expect([code, stdout]).toEqual([1, expect.stringContaining('The disk is full.')]);
  });
});

test('a check says equal, or where not and which events shaped it', async () => {
  for (const equal of [true, false]) {
    const decision = await listenFor('ProjectionRebuildRequested');
    const command = projections('verify', 'document-list', '--wait');
    const { data } = await decision();
    expect(data).toMatchObject({ purpose: 'verify' });
    const of = { projection: 'document-list', rebuildId: data.rebuildId };
    await server.record({ type: 'RecordCertificate', ...of, certificate: certificateOf(3, equal) });
    const { code, stdout } = await command;
    expect([code, stdout]).toEqual([
      equal ? 0 : 1,
      expect.stringContaining(equal ? ': equal' : ': DIFFERENT'),
    ]);
    if (!equal)
      expect(stdout).toMatch(/documents d7: different[\s\S]*by DocumentAnalysed at 81 of document-d7/);
  }
});

test('a switch back ends when it is made, or says why it cannot be', async () => {
  const none = await projections('switch', 'case-graph');
  expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('Rebuild it first')]);
  for (const [command, code, words] of [
    [
      { type: 'RecordSwitchRefusal', projection: 'document-list', generation: 1, message: 'It is gone.' },
      1,
      'It is gone.',
    ],
    [
      { type: 'RecordSwitch', projection: 'document-list', from: 2, to: 1, position: '10' },
      0,
      'generation 1 now',
    ],
  ] as const) {
    const decision = await listenFor('ProjectionSwitchRequested');
    const back = projections('rollback', 'document-list', '--wait');
    await decision();
    await server.record(command);
    expect(await back).toMatchObject({ code, stdout: expect.stringContaining(words) });
  }
});

test('a pause that is waited for ends when every partition is paused', async () => {
  const decision = await listenFor('ProjectionPaused');
  const command = projections('pause', 'document-list', '--wait');
  await decision();
  await server.tell({ state: 'paused' });
  expect(await command).toMatchObject({ code: 0, stdout: 'document-list: paused\n' });
});

test('a projection that does not exist is refused, and those there are are named', async () => {
  const { code, stderr } = await projections('show', 'none');
  expect([code, stderr]).toEqual([1, 'There is no projection none. There are: case-graph, document-list.\n']);
});

test('parked events are seen, tried again and skipped', async () => {
  const parked = (position: string, isCause: boolean) => ({
    projection: 'document-list',
    stream: 'document-1',
    position,
    revision: '3',
    eventId: 'e',
    type: 'DocumentTagged',
    isCause,
    error: isCause ? 'No such row.' : '',
    attempts: isCause ? 5 : 0,
    parkedAt: '2026-11-25T10:00:00.000Z',
  });
  server.parked.push(parked('7', true), parked('9', false));
  const seen = await projections('parked');
  expect(await projections('parked', '--all')).toEqual(seen);
  expect(seen.stdout).toMatch(
    /7 {2}DocumentTagged +document-1 +2026-11-25 10:00:00 +failed 5 times\n {2}└ No such row/,
  );
  expect(seen.stdout).toMatch(/9 {2}DocumentTagged +document-1 .* waits behind it/);

  const strange = await projections('retry', 'document-list', 'document-2');
  expect([strange.code, strange.stderr]).toEqual([
    1,
    expect.stringContaining('parked nothing of document-2'),
  ]);
  const retry = await listenFor('ParkedStreamRetryRequested');
  const retried = projections('retry', 'document-list', '--all', '--wait');
  await retry();
  server.parked[0] = { ...parked('7', true), parkedAt: '2026-11-25T10:00:01.000Z' };
  expect(await retried).toMatchObject({ code: 1, stdout: expect.stringContaining('failed again') });

  const skip = await listenFor('ParkedEventSkipped');
  const skipped = projections('skip', 'document-list', '7', '--reason', 'A test.', '--wait');
  expect((await skip()).data).toMatchObject({ position: '7', type: 'DocumentTagged', reason: 'A test.' });
  server.parked.length = 0;
  expect((await skipped).code).toBe(0);
  expect((await projections('parked', 'document-list')).stdout).toBe('Nothing is parked.\n');
});

test('why tells the events that shaped an entry', async () => {
  const events = await Array.fromAsync(server.store.readStream('projection-document-list'));
  server.lineage.set('case-graph|MENTIONS|d1|p1', events.slice(0, 1));
  for (const part of [[], ['--part', 'MENTIONS']]) {
    const { code, stdout } = await casefold('why', 'case-graph', 'd1', 'p1', ...part);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^d1 p1 of MENTIONS in case-graph was shaped by\nPOSITION +WHEN[\s\S]*ProjectionRebuildRequested +owner +projection-document-list/,
    );
  }
  expect(await casefold('why', 'case-graph', 'nobody')).toMatchObject({
    code: 1,
    stderr: 'No event shaped an entry nobody of Document or MENTIONS in case-graph.\n',
  });
  expect((await casefold('why', 'case-graph', 'd1', '--part', 'none')).stderr).toContain(
    'Document, MENTIONS',
  );
});
