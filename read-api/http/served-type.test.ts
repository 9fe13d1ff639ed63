import { expect, test } from 'vitest';
import { servedType } from './served-type.ts';

test.each([
  ['application/pdf', 'application/pdf', 'inline'],
  ['Text/Plain; charset=utf-16', 'text/plain', 'inline'],
  ['image/png', 'image/png', 'inline'],
  ['message/rfc822', 'message/rfc822', 'attachment'],
  ['text/markdown', 'text/markdown', 'attachment'],
  ['text/html', 'application/octet-stream', 'attachment'],
  ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
  ['image/svg+xml', 'application/octet-stream', 'attachment'],
  ['text/javascript', 'application/octet-stream', 'attachment'],
  ['multipart/related', 'application/octet-stream', 'attachment'],
  ['text/plain\r\nX: y', 'application/octet-stream', 'attachment'],
  ['', 'application/octet-stream', 'attachment'],
])('%j is sent as %s, %s', (declared, contentType, disposition) => {
  expect(servedType(declared)).toEqual({ contentType, disposition });
});
