import { expect, test } from 'vitest';
import { localUrl, personUrl } from './address.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:3000', 'http://localhost:3000'],
  ['0.0.0.0', 'http://127.0.0.1:3000', 'http://localhost:3000'],
  ['::', 'http://[::1]:3000', 'http://localhost:3000'],
  ['::1', 'http://[::1]:3000', 'http://[::1]:3000'],
  ['192.168.1.7', 'http://192.168.1.7:3000', 'http://192.168.1.7:3000'],
  ['fd00::7', 'http://[fd00::7]:3000', 'http://[fd00::7]:3000'],
  ['casefold.lan', 'http://casefold.lan:3000', 'http://casefold.lan:3000'],
])('a server that listens on %s is reached at %s, by people at %s', (host, local, person) => {
  expect([localUrl(host, 3000), personUrl(host, 3000)]).toEqual([local, person]);
  expect(new URL(local).port).toBe('3000');
});
