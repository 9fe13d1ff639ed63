import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cleanTitle } from './clean-text.ts';

describe('cleanText', () => {
  it('composes letters, unifies line ends and drops what a database refuses', () => {
    expect(cleanText('e\u0301\r\nb\rc\u0000\u0007\ud800d\tz\ufeff')).toBe('\u00e9\nb\nc\ufffdd\tz');
  });

  it('holds its promises for any string, and a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const text = cleanText(raw);
        expect(text.isWellFormed()).toBe(true);
        expect(text.normalize('NFC')).toBe(text);
        expect(text).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(cleanText(text)).toBe(text);
      }),
    );
  });
});

describe('cleanTitle', () => {
  it('is one line, or nothing', () => {
    expect(cleanTitle(' Annual\n  report \u0000')).toBe('Annual report');
    expect(cleanTitle(' \n')).toBeUndefined();
    expect(cleanTitle(undefined)).toBeUndefined();
  });
});
