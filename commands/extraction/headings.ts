/** A heading found in running text: its title, its level (1 highest), and whether the text goes on after it. */
export type HeadingGuess = { title: string; level: number; runIn: boolean };

const namedDivision =
  /^(?:ARTICLE|Article|PART|Part|CHAPTER|Chapter|TITLE|SCHEDULE|Schedule|EXHIBIT|Exhibit|ANNEX|Annex|APPENDIX|Appendix)\s+(?:[IVXLCDM]+|\d+|[A-Z])(?:-\d+)?(?=$|[\s.:,–—-])/;
const namedSection = /^(?:SECTION|Section|§)\s*\d+(?:\.\d+)*/;
const numbered = /^(?:(\d{1,3}(?:\.\d{1,3}){0,4})[.)]?|([IVX]{1,6})\.|([A-Z])\.)\s+(?=\S)/;
/** `1.1 Definitions. The following …`: a short title, full stop, then the clause itself. */
const runInTitle = /^((?:Section\s+)?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+\p{Lu}[^.;:!?\n]{2,70})[.:]\s+\S/u;
/** What the first sentence of a clause has and its title has not. */
const isSentence =
  /,\s|\b(?:was|were|is|are|has|had|have|shall|will|must|may|did|said|born)\b|\b(?:1[6-9]|20)\d\d\b/;
const longestHeading = 120;

/**
 * Whether a paragraph is, or begins with, a heading: `ARTICLE IV`, `Section 3.2 Term`, `2. DEFINITIONS`, a line all in
 * capitals, or a numbered title run into its clause. Errs towards saying no: undefined when unsure.
 */
export function guessHeading(paragraph: string): HeadingGuess | undefined {
  const text = paragraph.trim();
  const isLine = text.length <= longestHeading && !text.includes('\n');
  if (isLine && endsLikeTitle(text)) {
    if (namedDivision.test(text)) return { title: text, level: 1, runIn: false };
    if (namedSection.test(text)) return { title: text, level: 2, runIn: false };
    const level = numberedTitleLevel(text);
    if (level !== undefined) return { title: text, level, runIn: false };
    if (isCapitals(text)) return { title: text, level: 1, runIn: false };
  }
  const runIn = runInTitle.exec(text)?.[1];
  if (runIn === undefined || !isTitleCase(runIn) || isSentence.test(runIn)) return undefined;
  return { title: runIn, level: 1 + depth(runIn), runIn: true };
}

function numberedTitleLevel(text: string): number | undefined {
  const match = numbered.exec(text);
  if (match === null) return undefined;
  const title = text.slice(match[0].length);
  if (!isTitleCase(title) && !isCapitals(title)) return undefined;
  return match[1] === undefined ? 2 : 1 + depth(match[1]);
}

const depth = (numbering: string): number =>
  Math.min(4, (/\d+(?:\.\d+)*/.exec(numbering)?.[0] ?? '').split('.').length);

/** No sentence: does not end in a comma, semicolon or (unless it is short) a full stop. */
const endsLikeTitle = (text: string): boolean =>
  !/[,;]$/.test(text) && !(text.length > 60 && /\.$/.test(text));

/** At least one word of three letters, all letters upper case, and few enough words to be a title. */
function isCapitals(text: string): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  return (
    letters.length >= 4 && /\p{Lu}{3}/u.test(text) && !/\p{Ll}/u.test(letters) && !/[_]{3}|\.{4}/.test(text)
  );
}

/** Most words of four letters or more begin with a capital, and it has at most twelve words. */
function isTitleCase(text: string): boolean {
  const words = text.match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  if (
    words.length === 0 ||
    words.length > 12 ||
    !/^\W*(?:[\d.()]+\s*)?(?:Section\s+[\d.]+\s*)?\p{Lu}/u.test(text)
  )
    return false;
  const long = words.filter((word) => word.length >= 4);
  const capital = long.filter((word) => /^\p{Lu}/u.test(word));
  return capital.length >= Math.ceil(long.length * 0.7);
}
