import { type Found, Occupied, oneLine } from './found.ts';

const months = 'january february march april may june july august september october november december'.split(
  ' ',
);
const month =
  '(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\\.?';
const day = '([0-3]?\\d)(?:\\s?(?:st|nd|rd|th))?';
const year = '((?:1[5-9]|20)\\d{2})';

type Parts = { year?: string | undefined; month?: string | undefined; day?: string | undefined };
type Pattern = { expression: RegExp; parts(match: RegExpExecArray): Parts };

/** Tried in this order; a later pattern never takes a piece of an earlier match. */
const patterns: Pattern[] = [
  {
    expression: new RegExp(`\\b${day}\\s(?:day\\s)?(?:of\\s)?${month},?\\s${year}\\b`, 'gi'),
    parts: ([, day, month, year]) => ({ year, month, day }),
  },
  {
    expression: new RegExp(`\\b${month}\\s${day}\\s?,?\\s?${year}\\b`, 'gi'),
    parts: ([, month, day, year]) => ({ year, month, day }),
  },
  {
    expression: /\b((?:1[5-9]|20)\d{2})-([01]\d)-([0-3]\d)\b/g,
    parts: ([, year, month, day]) => ({ year, month, day }),
  },
  {
    // 03/01/05 may be March or January, so it is found but given no ISO form unless one number rules out a month.
    expression: /\b([0-3]?\d)\/([0-3]?\d)\/((?:1[5-9]|20)\d{2}|\d{2})\b/g,
    parts: ([, first = '', second = '', year = '']) => {
      if (year.length !== 4) return {};
      if (Number(first) > 12) return { year, month: second, day: first };
      return Number(second) > 12 ? { year, month: first, day: second } : {};
    },
  },
  {
    expression: new RegExp(`\\b${month},?\\s${year}\\b`, 'g'),
    parts: ([, month, year]) => ({ year, month }),
  },
  {
    expression: new RegExp(`\\b${day}\\s(?:day\\s)?(?:of\\s)?${month}(?![\\p{L}])`, 'gu'),
    parts: () => ({}),
  },
  { expression: new RegExp(`\\b${month}\\s${day}\\b(?![,.]?\\d)`, 'g'), parts: () => ({}) },
  {
    expression:
      /(?<=\b(?:in|since|by|until|during|before|after|from|early|late|mid|of|to) )((?:19|20)\d{2})\b(?![-,.]?\d)/gi,
    parts: ([, year]) => ({ year }),
  },
];

/** Dates of the text, with the ISO 8601 form (to the day, month or year) wherever it is certain. */
export function findDates(text: string): Found[] {
  const found: Found[] = [];
  const impossible = new Occupied(text.length);
  const plain = text.replace(/\s/g, ' ');
  for (const { expression, parts } of patterns) {
    for (const match of plain.matchAll(expression)) {
      const iso = isoDate(parts(match));
      const span = { start: match.index, end: match.index + match[0].length };
      // "30 February 2020" is a slip, and "February 2020" is not what it says.
      if (iso === 'impossible') impossible.take(span);
      if (iso === 'impossible' || impossible.overlaps(span)) continue;
      const key = iso ?? oneLine(match[0]).toLowerCase();
      found.push({ ...span, kind: 'date', key, ...(iso === undefined ? {} : { normalised: iso }) });
    }
  }
  return found;
}

function isoDate({ year, month, day }: Parts): string | undefined | 'impossible' {
  if (year === undefined) return undefined;
  if (month === undefined) return year;
  const number = monthNumber(month);
  if (number < 1 || number > 12) return 'impossible';
  const yearAndMonth = `${year}-${String(number).padStart(2, '0')}`;
  if (day === undefined) return yearAndMonth;
  const lastDay = new Date(Date.UTC(Number(year), number, 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > lastDay) return 'impossible';
  return `${yearAndMonth}-${day.padStart(2, '0')}`;
}

const monthNumber = (month: string): number =>
  /^\d+$/.test(month)
    ? Number(month)
    : months.findIndex((name) => name.startsWith(month.toLowerCase().slice(0, 3))) + 1;
