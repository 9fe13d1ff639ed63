import fs, { mkdtempSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';

test('every commit reaches the disk before it is acknowledged', async () => {
  // A killed process cannot tell a synced file from one in the page cache, so the calls are counted.
  let syncs = 0;
  const { fsyncSync } = fs;
  fs.fsyncSync = (descriptor) => {
    syncs += 1;
    fsyncSync(descriptor);
  };
  syncBuiltinESMExports();
  const database = await openDatabase(mkdtempSync(join(tmpdir(), 'casefold-durable-')), (error) => {
    throw error;
  });
  try {
    database.query('CREATE TABLE kept (n int)');
    for (let n = 0; n < 20; n++) {
      const before = syncs;
      database.query(`INSERT INTO kept VALUES (${n})`);
      expect(syncs).toBeGreaterThan(before);
    }
    const before = syncs;
    database.query('SELECT * FROM kept');
    expect(syncs).toBe(before);
  } finally {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
    await database.close();
  }
}, 180_000);
