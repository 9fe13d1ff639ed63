import {
  type Ground,
  leastRecommendations,
  mostRecommendations,
  type SaidRecommendation,
} from '#domain/report/writing';

type Numbered = Ground & { readonly number: number };
type Advice = (facts: readonly Numbered[]) => SaidRecommendation | undefined;

const of = (facts: readonly Numbered[], kind: Ground['kind']) => facts.filter((fact) => fact.kind === kind);
const named = ({ subject }: Numbered, otherwise: string) => (subject ? `“${subject}”` : otherwise);

/** A recommendation about some facts of a kind; what to do is said once for all of them. */
const about =
  (
    kind: Ground['kind'],
    most: number,
    say: (found: readonly Numbered[]) => { title: string; why: string },
  ): Advice =>
  (facts) => {
    const found = of(facts, kind).slice(0, most);
    if (found.length === 0) return undefined;
    const { title, why } = say(found);
    return {
      title,
      reason: [...found.map(({ text }) => text), why].join(' '),
      on: found.map(({ number }) => number),
    };
  };

const first = ([fact]: readonly Numbered[], otherwise: string) => (fact ? named(fact, otherwise) : otherwise);

/** What is left open comes first, what leads on comes after it. */
const openThreads: readonly Advice[] = [
  about('failed-document', 3, (found) => ({
    title:
      found.length > 1
        ? 'Mend the documents that failed'
        : `Mend ${first(found, 'the document that failed')}`,
    why: `Until then nothing in ${found.length > 1 ? 'them' : 'it'} can be found, asked or cited.`,
  })),
  about('unanswered-question', 2, (found) => ({
    title: found.length > 1 ? 'Find what answers the open questions' : 'Find what answers the open question',
    why: 'Add the documents that would answer it, or ask it again in the words that the documents use.',
  })),
  about('unasked-entity', 2, (found) => ({
    title: `Ask what part ${found.map((each) => named(each, 'it')).join(' and ')} ${found.length > 1 ? 'play' : 'plays'}`,
    why: 'What so many documents name is likely to matter, and nobody has asked or searched for it yet.',
  })),
  about('unread-document', 2, (found) => ({
    title: `Read ${found.map((each) => named(each, 'it')).join(' and ')}`,
    why: 'What is like the documents that were read may support them or contradict them.',
  })),
  about('nothing-asked', 1, () => ({
    title: 'Ask the case its first questions',
    why: 'An answer cites the passages it rests on, and shows what the documents do not say.',
  })),
];

/** For a case with few open threads: what its documents have most of is where to look next. */
const further: readonly Advice[] = [
  about('topic', 2, (found) => ({
    title: `Compare what the documents say about ${found.map((each) => named(each, 'it')).join(' and ')}`,
    why: 'What documents speak of most is where they can agree or contradict each other.',
  })),
  about('relation', 2, () => ({
    title: 'Check how the parties stand to each other',
    why: 'Read the sentences that say so, and see whether other documents bear them out.',
  })),
  about('entity', 2, (found) => ({
    title: `Follow ${first(found, 'the most named')} through the documents that name it`,
    why: 'Reading its mentions in the order of the documents shows how its part changes.',
  })),
  about('question', 2, () => ({
    title: 'Check the answers against the passages they cite',
    why: 'An answer is as good as the passages under it; rate it, so that the next reader knows.',
  })),
  about('uploads', 1, () => ({
    title: 'Check that the case is complete',
    why: 'Compare what was uploaded with what each custodian holds, and add what is missing.',
  })),
  about('processing', 1, () => ({
    title: 'Check a sample of what was read automatically',
    why: 'Summaries, names and dates are found by machine; open some of them at the place they come from.',
  })),
  about('case', 1, () => ({
    title: 'Write down what the case is to show',
    why: 'Open questions asked early say which documents to look for.',
  })),
];

/** Three to five, as far as the facts carry them. */
export function recommend(facts: readonly Ground[]): SaidRecommendation[] {
  const numbered = facts.map((fact, number) => ({ ...fact, number }));
  const said: SaidRecommendation[] = [];
  for (const [index, advice] of [...openThreads, ...further].entries()) {
    const enough = index < openThreads.length ? mostRecommendations : leastRecommendations;
    const one = said.length < enough ? advice(numbered) : undefined;
    if (one) said.push(one);
  }
  return said;
}
