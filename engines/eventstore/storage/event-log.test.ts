import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database.ts';
import { EventLog } from './event-log.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const eventOf = (type: string) => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  customMetadata: new Uint8Array(),
  data: Buffer.from('{}'),
});

test('a commit waits for the disk', () => {
  const database = openDatabase(newFolder());
  const full = 2;
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: full });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
});

test('a log of a newer version is left alone', () => {
  const folder = newFolder();
  const database = openDatabase(folder);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => openDatabase(folder)).toThrow(/schema version 99.*newer version/);
});

test('a transaction that fails is answered with the error, leaves no trace, and the next one works', async () => {
  const log = new EventLog(newFolder());
  await log.append('case-1', 'any', [eventOf('First')]);
  // Both are in one group: what fails takes the other with it, and neither is acknowledged.
  const appended = log.append('case-1', 'any', [eventOf('Lost')]);
  const failing = log.queue.submit(1, () => {
    throw new Error('disk full');
  });
  await expect(appended).rejects.toThrow('disk full');
  await expect(failing).rejects.toThrow('disk full');
  expect(log.head).toBe(1);
  expect(log.streams.find('case-1')?.last).toBe(0);

  const outcome = await log.append('case-1', 0, [eventOf('Second')]);
  expect(outcome).toEqual({ kind: 'written', revision: 1, position: 2 });
  const names = log.readAll('forwards', 0, 10).events.map((event) => log.types.nameOf(event.type));
  expect(names).toEqual(['First', 'Second']);
  log.close();
});

test('a page from memory and a page from disk are the same', async () => {
  const folder = newFolder();
  const log = new EventLog(folder);
  for (let n = 0; n < 20; n++) await log.append(`case-${n % 3}`, 'any', [eventOf(n % 2 ? 'Odd' : 'Even')]);
  const odd = log.types.intern('Odd');
  const pages = (from: EventLog) => [
    from.readAll('forwards', 0, 100).events,
    from.readAll('forwards', 7, 4).events,
    from.readAll('forwards', 3, 100, (_stream, type) => type === odd).events,
  ];
  const fromMemory = pages(log);
  log.close();
  const reopened = new EventLog(folder);
  expect(pages(reopened)).toEqual(fromMemory);
  expect(fromMemory.map((events) => events.length)).toEqual([20, 4, 9]);
  reopened.close();
});

test('no event is skipped by a filtered scan that stops in the middle of a page', async () => {
  const folder = newFolder();
  const log = new EventLog(folder);
  await log.append(
    'case-1',
    'any',
    Array.from({ length: 9000 }, (_, n) => eventOf(n % 4 ? 'Other' : 'Wanted')),
  );
  log.close();
  const reopened = new EventLog(folder);
  const wanted = reopened.types.intern('Wanted');
  const passes = (_stream: number, type: number) => type === wanted;
  for (const [direction, start] of [
    ['forwards', 0],
    ['backwards', 9001],
  ] as const) {
    const positions: number[] = [];
    for (let at: number = start; ; ) {
      const page = reopened.readAll(direction, at, 300, passes);
      positions.push(...page.events.map((event) => event.position));
      at = page.scannedTo;
      if (page.atEnd) break;
    }
    expect(positions).toHaveLength(2250);
    expect(new Set(positions).size).toBe(2250);
  }
  reopened.close();
});
