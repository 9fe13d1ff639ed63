import type { QuotedSentence, Span } from '../../model.ts';
import type { BackgroundIdf } from '../background-idf.ts';
import { stem } from '../stem.ts';
import { stopWords } from '../stop-words.ts';
import { eachWord } from '../words.ts';
import { quotable } from './quotable.ts';

type Vector = Map<string, number>;
type Candidate = Span & { order: number; vector: Vector; score: number };

const mostSentences = 5;
const leastSentences = 3;
/** Together no longer than a person reads at a glance. */
const mostCharacters = 1400;
/** Sentences compared with each other; the comparison is quadratic, so only the best by their words alone take part. */
const compared = 150;
/** Two sentences this alike say the same. */
const tooAlike = 0.5;
const ownWords =
  /\b(?:agreement|amendment|addendum|contract|power of attorney|report|inquiry|guarantee|schedule)\b/i;
const says =
  /\b(?:by and (?:between|among)|(?:entered into|made)(?: and entered into)?(?: as)? (?:on|of|by|this|effective|between)|is between|agrees? (?:to|that)|hereby (?:appoints?|grants?|engages?|amends?|agrees?)|purpose of|wish(?:es)? to|desires? to|shall (?:pay|provide|deliver)|terms? of this agreement (?:shall|is|will)|(?:I|we) (?:have )?(?:recommend|conclude|find|found|am satisfied|consider)\w*|terms of reference|was established)\b/i;

const opens = /\b(?:between|among|made|dated|entered|presented|established)\b/i;
/** A sentence that leans on the one before it reads badly alone. */
const leans =
  /^(?:This|These|Those|It|He|She|They|Such|However|Therefore|Thus|But|And|Or|Accordingly|Further|Furthermore|Thereafter|First|Second|Third|Finally|In addition|Notwithstanding|If so|Any such|In that|At that|That|“)\b(?! (?:\w+ ){0,4}(?:Agreement|Amendment|Addendum|Report|Contract|Inquiry))/i;
const conditional =
  /^(?:If|In the event|Except|Unless|Where|When|Upon|Subject to)\b|\b(?:in the event|provided,? (?:however|that)|notwithstanding|full force and effect|for the avoidance of doubt)\b/i;

/**
 * Picks three to five sentences that stand for the whole text, in text order: LexRank (Erkan and Radev 2004) over TF-IDF
 * vectors, weighted towards the beginning, towards sentences that say what the document is and does, and away from
 * very short and very long ones. Each is an exact quotation.
 */
export function summarise(
  text: string,
  sentences: readonly Span[],
  idf: BackgroundIdf,
  title = '',
): QuotedSentence[] {
  const candidates = candidatesOf(text, sentences, idf);
  const whole: Vector = new Map();
  for (const { vector } of candidates)
    for (const [term, weight] of vector) whole.set(term, (whole.get(term) ?? 0) + weight);
  const titleVector = vectorOf(title, idf);
  for (const candidate of candidates) {
    const about = cosine(candidate.vector, whole) + 0.3 * cosine(candidate.vector, titleVector);
    candidate.score = about * prior(text, candidate, candidates.length);
  }
  const best = candidates.toSorted((a, b) => b.score - a.score).slice(0, compared);
  const central = centrality(best);
  for (const [at, candidate] of best.entries()) {
    candidate.score *= 0.5 + (central[at] ?? 0);
  }
  return pick(
    text,
    best.sort((a, b) => b.score - a.score || a.start - b.start),
    candidates.length,
  );
}

function candidatesOf(text: string, sentences: readonly Span[], idf: BackgroundIdf): Candidate[] {
  const candidates: Candidate[] = [];
  for (const sentence of sentences) {
    const span = quotable(text, sentence);
    if (span === undefined) continue;
    const vector = vectorOf(text.slice(span.start, span.end), idf);
    if (vector.size >= 4) candidates.push({ ...span, order: candidates.length, vector, score: 0 });
  }
  return candidates;
}

function vectorOf(text: string, idf: BackgroundIdf): Vector {
  const vector: Vector = new Map();
  eachWord(text, (word) => {
    if (stopWords.has(word) || word.length < 2 || /^\d+$/.test(word)) return;
    const term = stem(word);
    vector.set(term, (vector.get(term) ?? 0) + idf.idfOf(term));
  });
  return vector;
}

function cosine(a: Vector, b: Vector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let dot = 0;
  for (const [term, weight] of small) dot += weight * (large.get(term) ?? 0);
  const length = norm(a) * norm(b);
  return length === 0 ? 0 : dot / length;
}

function norm(vector: Vector): number {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  return Math.sqrt(squares);
}

/** How much more, or less, a sentence is worth than its words alone say. */
function prior(text: string, candidate: Candidate, count: number): number {
  const content = text.slice(candidate.start, candidate.end);
  const length = candidate.end - candidate.start;
  // The opening of a long report is longer than that of a letter.
  const early =
    1 + 0.8 * Math.exp(-candidate.order / Math.max(4, count * 0.01)) + 0.3 * (1 - candidate.order / count);
  const readable = length < 80 ? 0.7 : length > 400 ? 0.75 : 1;
  let worth = early * readable;
  if (says.test(content)) worth *= 1.25;
  if (candidate.order < 12 && ownWords.test(content) && opens.test(content)) worth *= 2.5;
  if (leans.test(content)) worth *= 0.5;
  if (conditional.test(content)) worth *= 0.7;
  return worth;
}

/** LexRank by power iteration; answers centrality scaled so that the most central is 1. */
function centrality(candidates: readonly Candidate[]): number[] {
  const count = candidates.length;
  const likeness = candidates.map((a) => candidates.map((b) => (a === b ? 0 : cosine(a.vector, b.vector))));
  const sums = likeness.map((row) => row.reduce((total, value) => total + value, 0));
  let rank = candidates.map(() => 1 / Math.max(1, count));
  for (let round = 0; round < 20; round += 1) {
    rank = candidates.map((_, to) => {
      const given = rank.reduce((total, value, from) => {
        const sum = sums[from] ?? 0;
        return sum === 0 ? total : total + (value * (likeness[from]?.[to] ?? 0)) / sum;
      }, 0);
      return 0.15 / count + 0.85 * given;
    });
  }
  const top = Math.max(...rank, Number.MIN_VALUE);
  return rank.map((value) => value / top);
}

function pick(text: string, ranked: readonly Candidate[], count: number): QuotedSentence[] {
  const picked: Candidate[] = [];
  let characters = 0;
  // One sentence of the opening comes first: it says what the reader has before them.
  const opening = ranked.find(({ order }) => order < Math.max(6, count * 0.015));
  for (const candidate of opening === undefined ? ranked : [opening, ...ranked]) {
    if (picked.length === mostSentences) break;
    if (picked.some((other) => cosine(other.vector, candidate.vector) > tooAlike)) continue;
    const length = candidate.end - candidate.start;
    if (picked.length >= leastSentences && characters + length > mostCharacters) continue;
    picked.push(candidate);
    characters += length;
  }
  return picked
    .sort((a, b) => a.start - b.start)
    .map(({ start, end }) => ({ start, end, text: text.slice(start, end) }));
}
