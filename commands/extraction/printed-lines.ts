/** Joins the printed lines of one paragraph with spaces; a word broken by a hyphen before a small letter is mended. */
export function joinPrintedLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .reduce((text, line) => {
      if (/\p{L}[-‐\u00ad]$/u.test(text) && /^\p{Ll}/u.test(line)) return text.slice(0, -1) + line;
      return text === '' ? line : `${text} ${line}`;
    }, '');
}
