/** Control characters but \t and \n, non-characters, and the byte order mark wherever it strayed. */
const unwanted = /(?![\n\t])\p{Cc}|[\ufdd0-\ufdef\ufeff\ufffe\uffff]/gu;

/**
 * Text as Casefold keeps it: well-formed UTF-16 (Postgres refuses lone surrogates and NULs), NFC (so that the same
 * word is the same string), every kind of line end as \n, no control characters but \n and \t.
 */
export function cleanText(raw: string): string {
  return raw
    .toWellFormed()
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(unwanted, '')
    .normalize('NFC');
}

/** One line: as `cleanText`, with every run of white space as one space, none at the ends. */
export const cleanLine = (raw: string): string => cleanText(raw).replace(/\s+/g, ' ').trim();

/** A title for display: one line of at most 300 characters, or undefined when nothing is left. */
export function cleanTitle(raw: string | null | undefined): string | undefined {
  const line = cleanLine(raw ?? '');
  return line === '' ? undefined : Array.from(line).slice(0, 300).join('');
}
