import { seededRandom, shuffled } from '../../support/random.ts';
import type { Corpus, Subject } from './corpus.ts';

/** One look at a document, in the order of time; some are liked. */
export type Look = { readonly userId: string; readonly documentId: string; readonly liked: boolean };

export const people = 150;
/** Subjects a person is after. */
const tastes = 4;
/** Looks at new documents, for each person. */
const looks = 25;
/** Why a person opens a document: their taste, because everybody does, or for no reason at all. */
const byTaste = 0.65;
const byFashion = 0.2;
/** Of what is to their taste, and of anything else. */
const likesOwn = 0.5;
const likesOther = 0.05;

/**
 * What people with known tastes do. A person is after a few subjects, some of which are after-sought by many; they open
 * documents judged to be about these, documents that are in fashion (as 1 by rank, in an order of chance), and some at
 * random; never the same twice. Likes follow taste. People's looks come in an order of chance.
 */
export function behave({ documents, subjects }: Corpus, seed: number): readonly Look[] {
  const random = seededRandom(seed);
  const fashion = shuffled([...documents.keys()], random);
  const sought = shuffled(subjects, random);
  const all = Array.from({ length: people }, (_, index) => {
    const after = new Set<Subject>();
    while (after.size < tastes) after.add(byRank(sought, random));
    return looksOf(`p${index}`, [...after], fashion, random);
  });
  // Whose turn it is, is chance; each person's own looks stay in their order.
  const turns = shuffled(
    all.flatMap((ofPerson, index) => ofPerson.map(() => index)),
    random,
  );
  const next = all.map((ofPerson) => ofPerson.values());
  return turns.flatMap((index) => next[index]?.next().value ?? []);
}

function looksOf(
  userId: string,
  after: readonly Subject[],
  fashion: readonly string[],
  random: () => number,
): Look[] {
  const seen = new Map<string, Look>();
  for (let tries = 0; seen.size < looks && tries < 50 * looks; tries++) {
    const why = random();
    const subject = after[Math.floor(random() * after.length)];
    const own = why < byTaste;
    const documentId =
      own && subject
        ? byPull(subject, random)
        : why < byTaste + byFashion
          ? byRank(fashion, random)
          : anyOf(fashion, random);
    if (seen.has(documentId)) continue;
    seen.set(documentId, { userId, documentId, liked: random() < (own ? likesOwn : likesOther) });
  }
  return [...seen.values()];
}

/** The first more often than the second, as 1 by rank (Zipf's law). */
function byRank<Value>(values: readonly Value[], random: () => number): Value {
  const index = Math.floor((values.length + 1) ** random()) - 1;
  return valueAt(values, index);
}

const anyOf = <Value>(values: readonly Value[], random: () => number): Value =>
  valueAt(values, Math.floor(random() * values.length));

function byPull(subject: Subject, random: () => number): string {
  let left = random() * subject.reduce((sum, { pull }) => sum + pull, 0);
  for (const { documentId, pull } of subject) {
    left -= pull;
    if (left < 0) return documentId;
  }
  return valueAt(subject, subject.length - 1).documentId;
}

function valueAt<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new RangeError(`There is nothing at ${index}.`);
  return value;
}
