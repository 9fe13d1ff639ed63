import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { EventLog } from './event-log.ts';
import type { EventPredicate } from './log-reader.ts';

async function newLog(): Promise<EventLog> {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-records-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = new EventLog(folder);
  onTestFinished(() => log.close());
  return log;
}

const append = (log: EventLog, contents: readonly Uint8Array[]) =>
  log.append(
    'case-1',
    'any',
    contents.map((data, index) => ({
      id: randomUUID(),
      type: index % 3 === 0 ? 'Wanted' : 'Other',
      contentType: 'application/octet-stream',
      customMetadata: new Uint8Array(),
      data,
    })),
  );

/** All pages behind a position, cut into records again. */
function recordsOf(log: EventLog, from: number, limit: number, passes?: EventPredicate) {
  const records: { position: number; record: Buffer }[] = [];
  const pageSizes: number[] = [];
  for (let at = from; ; ) {
    const page = log.readRecords(at, limit, passes);
    let start = 0;
    for (const [index, position] of page.positions.entries()) {
      const end = start + (page.lengths[index] ?? 0);
      records.push({ position, record: page.bytes.subarray(start, end) });
      start = end;
    }
    expect(start).toBe(page.bytes.length);
    pageSizes.push(page.bytes.length);
    at = page.scannedTo;
    if (page.atEnd) return { records, pageSizes };
  }
}

test('records come out joined as they went in, whatever bytes they hold, from any position, filtered or not', async () => {
  const content = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(content, fc.constant(new Uint8Array(50))), { minLength: 1, maxLength: 40 }),
      fc.nat(40),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      async (contents, from, limit, filtered) => {
        const log = await newLog();
        await append(log, contents);
        const wanted = log.types.intern('Wanted');
        const passes: EventPredicate | undefined = filtered ? (_, type) => type === wanted : undefined;
        const expected = log
          .readAll('forwards', from, 100, passes)
          .events.map(({ position, record }) => ({ position, record }));
        expect(recordsOf(log, from, limit, passes).records).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
});

test('a page is bounded in bytes and in events, and the next one goes on behind it', async () => {
  const log = await newLog();
  await append(
    log,
    Array.from({ length: 6 }, () => new Uint8Array(900_000)),
  );
  await append(
    log,
    Array.from({ length: 5000 }, () => new Uint8Array(1)),
  );
  const { records, pageSizes } = recordsOf(log, 0, Number.MAX_SAFE_INTEGER);
  expect(records.map(({ position }) => position)).toEqual(
    Array.from({ length: 5006 }, (_, index) => index + 1),
  );
  expect(Math.max(...pageSizes)).toBeLessThan(3_000_000);
  expect(pageSizes.length).toBeGreaterThan(10);

  const nothing = log.readRecords(0, 10, () => false);
  expect(nothing).toMatchObject({ positions: [], scannedTo: 4000, atEnd: false });
});
