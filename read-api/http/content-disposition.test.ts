import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentDisposition } from './content-disposition.ts';

test.each([
  ['plan.pdf', `attachment; filename="plan.pdf"; filename*=UTF-8''plan.pdf`],
  ['a "b".txt', `attachment; filename="a _b_.txt"; filename*=UTF-8''a%20%22b%22.txt`],
  ['Übung.txt', `attachment; filename="Ubung.txt"; filename*=UTF-8''%C3%9Cbung.txt`],
  ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
  [
    '../x\r\nSet-Cookie: a',
    `attachment; filename=".._x__Set-Cookie: a"; filename*=UTF-8''..%2Fx%0D%0ASet-Cookie%3A%20a`,
  ],
  ['🦊\ud800.txt', `attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%A6%8A%EF%BF%BD.txt`],
])('%j', (name, expected) => {
  expect(contentDisposition('attachment', name)).toBe(expected);
});

test('any name makes a header, and comes back whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const header = contentDisposition('inline', name);
      expect(header).toMatch(/^inline; filename="[^"\\]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*$/);
      expect(() => new Headers({ 'content-disposition': header })).not.toThrow();
      expect(decodeURIComponent(header.split("filename*=UTF-8''")[1] ?? '')).toBe(name.toWellFormed());
    }),
  );
});
