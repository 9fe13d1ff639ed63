import { type Found, oneLine } from './found.ts';

const currencyOfSign: Record<string, string> = {
  $: 'USD',
  US$: 'USD',
  'U.S.$': 'USD',
  C$: 'CAD',
  CA$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  NT$: 'TWD',
  S$: 'SGD',
  '£': 'GBP',
  '€': 'EUR',
  '¥': 'JPY',
  '₹': 'INR',
  '₩': 'KRW',
  RMB: 'CNY',
};
const currencyOfWord: Record<string, string> = {
  dollar: 'USD',
  pound: 'GBP',
  'pound sterling': 'GBP',
  euro: 'EUR',
  yuan: 'CNY',
  renminbi: 'CNY',
  yen: 'JPY',
  rupee: 'INR',
};
const iso = 'USD|GBP|EUR|CNY|RMB|JPY|CAD|AUD|NZD|CHF|HKD|SGD|INR|KRW|SEK|NOK|DKK|ILS|TWD';
const number = '(\\d{1,3}(?:,\\d{3}){1,5}(?:\\.\\d{1,4})?|\\d{1,15}(?:\\.\\d{1,4})?)';
const scale = '(?:\\s?-?(thousand|million|billion|trillion|bn|mn|k|m)\\b)?';
const before = new RegExp(
  `(?<![\\p{L}\\d])(US\\$|U\\.S\\.\\$|CA\\$|AU\\$|NZ\\$|HK\\$|NT\\$|[CAS]\\$|[$£€¥₹₩]|(?:${iso})(?=\\s?\\d))\\s?${number}${scale}`,
  'giu',
);
const after = new RegExp(
  `(?<![\\p{L}\\d.,])${number}${scale}\\s(${iso}|(?:U\\.?S\\.? )?dollars?|pounds? sterling|pounds?|euros?|yuan|renminbi|yen|rupees?)(?!\\p{L})`,
  'giu',
);
const factors: Record<string, number> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
  trillion: 1e12,
};

/** Sums of money, normalised to an ISO 4217 code and a number with two decimals: `USD 50000000.00`. */
export function findAmounts(text: string): Found[] {
  const plain = text.replace(/\s/g, ' ');
  const found: Found[] = [];
  const add = (
    match: RegExpExecArray,
    currency: string | undefined,
    digits: string,
    scaleWord: string | undefined,
  ) => {
    const value = Number(digits.replaceAll(',', '')) * (factors[(scaleWord ?? '').toLowerCase()] ?? 1);
    const normalised = currency === undefined ? undefined : `${currency} ${value.toFixed(2)}`;
    const span = { start: match.index, end: match.index + match[0].length };
    const key = normalised ?? oneLine(match[0]).toLowerCase();
    found.push({ ...span, kind: 'amount', key, ...(normalised === undefined ? {} : { normalised }) });
  };
  for (const match of plain.matchAll(before)) add(match, currencyOf(match[1]), match[2] ?? '', match[3]);
  for (const match of plain.matchAll(after)) add(match, currencyOf(match[3]), match[1] ?? '', match[2]);
  return found;
}

function currencyOf(sign = ''): string | undefined {
  const upper = sign.toUpperCase();
  const fromSign = currencyOfSign[upper];
  if (fromSign !== undefined) return fromSign;
  if (/^[A-Z]{3}$/.test(upper) && iso.includes(upper)) return upper;
  const word = sign.toLowerCase().replace(/^u\.?s\.? /, '');
  return currencyOfWord[word] ?? currencyOfWord[word.replace(/^(\w+?)s\b/, '$1')];
}
