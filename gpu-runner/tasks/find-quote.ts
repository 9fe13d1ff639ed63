import type { Span } from '../models/model.ts';

/** Shorter than this, a quotation could stand anywhere and shows nothing. */
const leastCharacters = 8;

/** Characters that are written in several ways, each as long as the other. */
const plainForms: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
};

/**
 * Where words that a model quotes stand in a text. White space may differ, and the form of quotation marks and dashes;
 * nothing else.
 *
 * @returns the exact place, in UTF-16 code units of `text`; undefined when the text does not say it, or when the quotation
 *   is too short to show anything
 */
export function findQuote(text: string, quote: string): Span | undefined {
  const wanted = folded(quote.trim().replace(/^["“”']+|["“”']+$/g, '')).characters.trim();
  if (wanted.length < leastCharacters) return undefined;
  const { characters, places } = folded(text);
  const at = characters.indexOf(wanted);
  const [start, last] = [places[at], places[at + wanted.length - 1]];
  if (at === -1 || start === undefined || last === undefined) return undefined;
  return { start, end: last + 1 };
}

/** White space folded and characters in their plain form, with the place in the text that each comes from. */
function folded(text: string): { characters: string; places: number[] } {
  let characters = '';
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const isSpace = /\s/.test(character);
    if (isSpace && characters.endsWith(' ')) continue;
    characters += isSpace ? ' ' : (plainForms[character] ?? character);
    places.push(at);
  }
  return { characters, places };
}
