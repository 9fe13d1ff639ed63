import type { EmbeddingModel, ModelIdentity } from '../model.ts';
import { type BackgroundIdf, loadBackgroundIdf } from './background-idf.ts';
import { behaviourDigest } from './digest.ts';
import { stem } from './stem.ts';
import { stopWords } from './stop-words.ts';
import { TermCounts } from './term-counts.ts';
import { eachWord } from './words.ts';

const version = '1';
const maxBatch = 1024;
/** Lengths of vectors there are models for: 256 takes a third of the space, and tells words apart less well. */
export const lexicalDimensions = [768, 256] as const;
export type LexicalDimensions = (typeof lexicalDimensions)[number];
const nameOf = (dimensions: LexicalDimensions) => `casefold-lexical-${dimensions}`;

/** Phrases sharpen similarity, but single words must carry it: a pair counts half of its two words' mean. */
const pairWeight = 0.5;
/** Words remembered with their hash and weight; emptied when full, which bounds memory and changes no result. */
const rememberedWords = 65_536;

type Term = { hash: number; idf: number; isStopWord: boolean };

/**
 * Embeds by the words alone: TF-IDF over stems and pairs of neighbouring stems (stop words skipped), hashed with a sign
 * into 768 or 256 dimensions (feature hashing, Weinberger et al. 2009), term frequency damped to 1 + ln tf, unit length.
 * It knows no synonyms. The same text gives the same vector on every machine. A text without a single word gets one
 * fixed vector, because cosine distance to a zero vector is undefined.
 */
export function createLexicalEmbedder(
  dimensions: LexicalDimensions = 768,
  idf: BackgroundIdf = loadBackgroundIdf(),
): EmbeddingModel {
  const remembered = new Map<string, Term>();
  const counts = new TermCounts();

  const termOf = (word: string): Term => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    if (remembered.size >= rememberedWords) remembered.clear();
    const root = stem(word);
    const term = { hash: hashOf(root), idf: idf.idfOf(root), isStopWord: stopWords.has(word) };
    remembered.set(word, term);
    return term;
  };

  const count = (text: string, withStopWords: boolean): boolean => {
    counts.clear();
    let previous: Term | undefined;
    eachWord(text, (word) => {
      const term = termOf(word);
      if (term.isStopWord && !withStopWords) return;
      counts.add(term.hash, term.idf);
      if (previous !== undefined) {
        counts.add(pairHash(previous.hash, term.hash), pairWeight * 0.5 * (previous.idf + term.idf));
      }
      previous = term;
    });
    return previous !== undefined;
  };

  const embedOne = (text: string): Float32Array => {
    if (!count(text, false) && !count(text, true)) counts.add(hashOf(''), 1);
    const vector = new Float64Array(dimensions);
    counts.each((hash, times, weight) => {
      const at = (hash >>> 1) % dimensions;
      const value = (1 + Math.log(times)) * weight;
      vector[at] = (vector[at] ?? 0) + (hash & 1 ? value : -value);
    });
    return unitLength(vector, dimensions);
  };

  const identity = lexicalIdentity(dimensions, idf);
  return {
    identity,
    identify: async () => identity,
    dimensions,
    maxBatch,
    async embed(texts, _purpose, signal) {
      if (texts.length > maxBatch) {
        throw new RangeError(
          `${nameOf(dimensions)} embeds at most ${maxBatch} texts a call, got ${texts.length}: split the batch`,
        );
      }
      return texts.map((text) => {
        signal?.throwIfAborted();
        return embedOne(text);
      });
    },
  };
}

function lexicalIdentity(dimensions: LexicalDimensions, idf: BackgroundIdf): ModelIdentity {
  const name = nameOf(dimensions);
  const digest = behaviourDigest([
    `${name}@${version} porter2 murmur3-mix`,
    JSON.stringify({ dimensions, pairWeight }),
    [...stopWords].join(' '),
    idf.source,
  ]);
  return { name, version, digest, kind: 'built-in' };
}

/** Opposite signs can cancel a short text out entirely; it then falls back to one dimension, as an empty one does. */
function unitLength(vector: Float64Array, dimensions: number): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  const unit = new Float32Array(dimensions);
  if (length < 1e-9) unit[0] = 1;
  else for (let at = 0; at < dimensions; at += 1) unit[at] = (vector[at] ?? 0) / length;
  return unit;
}

/** FNV-1a over UTF-16 code units, finished with MurmurHash3's mixer so that the low bits are as good as the high. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

const pairHash = (first: number, second: number): number => mix(Math.imul(first, 31) + second);

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
