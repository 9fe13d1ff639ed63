/**
 * Splits text into lower-case words for indexing: runs of letters and digits, an inner apostrophe kept. Scripts that
 * write without spaces give one word per character, so that pairs of characters do the work of words there.
 */

/** No word is longer: base64 and rows of dashes must not become one giant term. */
const maxWordLength = 48;
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+(?:'\p{L}+)?/gu;
const beyondAscii = /[^\p{ASCII}]/u;

/**
 * Calls `take` with every word of the text, in order.
 *
 * @param text any string; compatibility forms (ﬁ, full width) count as their plain letters (NFKC)
 */
export function eachWord(text: string, take: (word: string) => void): void {
  if (beyondAscii.test(text)) {
    const plain = text.normalize('NFKC').replaceAll('’', "'").toLowerCase();
    for (const match of plain.matchAll(word)) take(match[0].slice(0, maxWordLength));
  } else {
    eachAsciiWord(text.toLowerCase(), take);
  }
}

/** The same for plain ASCII, several times faster than the Unicode expression. */
function eachAsciiWord(text: string, take: (word: string) => void): void {
  const length = text.length;
  let at = 0;
  while (at < length) {
    if (!isWordCode(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    do at += 1;
    while (at < length && isWordCode(text.charCodeAt(at)));
    // The apostrophe of "don't" is inside a word; the one after "parties'" is not.
    if (text.charCodeAt(at) === 39 && isLetterCode(text.charCodeAt(at + 1))) {
      do at += 1;
      while (at < length && isLetterCode(text.charCodeAt(at)));
    }
    take(text.slice(start, Math.min(at, start + maxWordLength)));
  }
}

const isLetterCode = (code: number) => code >= 97 && code <= 122;
const isWordCode = (code: number) => isLetterCode(code) || (code >= 48 && code <= 57);
