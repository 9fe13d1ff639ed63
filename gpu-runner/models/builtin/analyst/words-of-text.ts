import { setImmediate as nextTurn } from 'node:timers/promises';
import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import type { Span } from '../../model.ts';

/** A word where it stands in the text, with its part of speech (Universal Dependencies tags). */
export type Word = Span & { text: string; lower: string; pos: string; startsSentence: boolean };

const nlp = winkNLP(model, ['pos']);
const { its } = nlp;

/** Large enough for the tagger to see context, small enough that other work of the process gets its turn. */
const chunkLength = 50_000;
/** An inner mark keeps a name together: O'Brien, Jean-Paul, AT&T, Software.net, U.S. */
const wordPattern = /[\p{L}\p{N}\p{M}]{1,60}(?:[&'’.\-‐‑][\p{L}\p{N}\p{M}]{1,60}){0,8}/gu;
/** The tagger's time grows with the square of a word's length, so base64 and the like are blanked out for it. */
const endlessWord = /\S{100,}/g;
const possessive = /['’]s?$/iu;
const opensSentence = /(?:^|[.!?:;•][\s"“”'’)\]]{1,8}|\n\s*\n\s*|["“]\s?)$/u;

/**
 * Reads a text into its words with parts of speech. Offsets are exact: `text.slice(start, end) === word.text`.
 *
 * @throws the signal's reason when it is aborted
 */
export async function readWords(text: string, signal?: AbortSignal): Promise<Word[]> {
  const words: Word[] = [];
  for (const { start, end } of chunks(text)) {
    signal?.throwIfAborted();
    await nextTurn();
    const chunk = text.slice(start, end);
    const tagAt = tagsByOffset(chunk);
    for (const match of chunk.matchAll(wordPattern)) {
      const written = match[0].replace(possessive, '');
      const at = match.index;
      words.push({
        start: start + at,
        end: start + at + written.length,
        text: written,
        lower: written.toLowerCase(),
        pos: tagAt.get(at) ?? 'X',
        startsSentence: opensSentence.test(chunk.slice(Math.max(0, at - 10), at)),
      });
    }
  }
  return words;
}

/** The tagger's tokens by where they begin. Its tokens and the white space before them make up the text exactly. */
function tagsByOffset(chunk: string): Map<number, string> {
  const tokens = nlp.readDoc(chunk.replace(endlessWord, (run) => ' '.repeat(run.length))).tokens();
  const values = tokens.out(its.value);
  const gaps = tokens.out(its.precedingSpaces);
  const tags = tokens.out(its.pos);
  const tagAt = new Map<number, string>();
  let at = 0;
  for (const [index, value] of values.entries()) {
    at += (gaps[index] ?? '').length;
    tagAt.set(at, tags[index] ?? 'X');
    at += value.length;
  }
  return tagAt;
}

/** Cuts at white space where there is any, so that no word is torn apart. */
function* chunks(text: string): Generator<Span> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + chunkLength);
    if (end < text.length) {
      const space = text.lastIndexOf(' ', end);
      const line = text.lastIndexOf('\n', end);
      const cut = Math.max(space, line);
      if (cut > start + chunkLength / 2) end = cut;
    }
    yield { start, end };
    start = end;
  }
}
