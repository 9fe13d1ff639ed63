import { describe, expect, it } from 'vitest';
import { findAmounts } from './amounts.ts';

describe('amounts', () => {
  it.each([
    ['notes of $50,000,000.00 in all', '$50,000,000.00', 'USD 50000000.00'],
    ['an offer of £75,000.', '£75,000', 'GBP 75000.00'],
    ['about £1.1bn was', '£1.1bn', 'GBP 1100000000.00'],
    ['pays 176 million RMB to', '176 million RMB', 'CNY 176000000.00'],
    ['costs US$ 20 a month', 'US$ 20', 'USD 20.00'],
    ['sum of 500 dollars now', '500 dollars', 'USD 500.00'],
    ['EUR 1,000 at', 'EUR 1,000', 'EUR 1000.00'],
    ['ten: HK$5m due', 'HK$5m', 'HKD 5000000.00'],
  ])('%j names %j, %s', (text, name, normalised) => {
    const [first, ...more] = findAmounts(text);
    expect(first && text.slice(first.start, first.end)).toBe(name);
    expect(first?.normalised).toBe(normalised);
    expect(more).toEqual([]);
  });

  it('takes no plain numbers for money', () => {
    expect(findAmounts('15 days, 30 percent, Section 5, 1,000 shares, 12 pounding waves')).toEqual([]);
  });
});
