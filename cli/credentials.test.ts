import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#platform/config';
import { createSignInCodes, credentialsOf, ownerTokenFile } from './credentials.ts';

test('the token is made once, and only its owner may read it', () => {
  const config = readConfig({ dataFolder: mkdtempSync(join(tmpdir(), 'casefold-')) }, {});
  const first = credentialsOf(config);
  expect(credentialsOf(config)).toEqual(first);
  expect(first.ownerToken).toHaveLength(43);
  expect(statSync(ownerTokenFile(config.dataFolder)).mode & 0o777).toBe(0o600);
});

test('a sign-in code works once, and not after a day', () => {
  let now = 0;
  const codes = createSignInCodes(() => now);
  const [used, late] = [codes.issue(), codes.issue()];
  expect(codes.redeem(used)).toBe(true);
  expect(codes.redeem(used)).toBe(false);
  expect(codes.redeem('guessed')).toBe(false);
  now = 25 * 3600 * 1000;
  expect(codes.redeem(late)).toBe(false);
});
