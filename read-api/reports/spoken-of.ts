/** Scripts that write words without spaces between them. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Whether a name was asked or searched for: any word of it, other than a short one, or all of a name that has no longer
 * word (IBM, 王小明).
 *
 * @param spoken what was asked and searched for, in lower case
 */
export function isSpokenOf(name: string, spoken: string): boolean {
  const called = name.trim().toLowerCase();
  const words = called.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const longer = words.filter((word) => word.length > 3);
  if (longer.length > 0) return longer.some((word) => spoken.includes(word));
  if (words.length === 0) return false;
  if (unspaced.test(called)) return spoken.includes(called);
  // A short name is part of many words: it has to stand by itself.
  const whole = spaced(called);
  return spoken.split('\n').some((line) => spaced(line).includes(whole));
}

/** The words of a text with one space around each. */
const spaced = (text: string) => ` ${text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ').trim()} `;
