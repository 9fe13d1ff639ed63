import { describe, expect, test } from 'vitest';
import { factKindSchema } from '#domain/report/facts';
import { assembleReportTask, recommendStrategyTask, summariseJourneyTask } from '#domain/report/writing';
import { createReportComposer } from './report-composer.ts';

const composer = createReportComposer();
const ground = (kind: (typeof factKindSchema.options)[number], subject?: string) => ({
  kind,
  text: `A fact about ${kind}${subject ? ` ${subject}` : ''}.`,
  ...(subject && { subject }),
});
const caseName = 'Harbour';
const everything = factKindSchema.options.map((kind) => ground(kind, `${kind} X`));
const little = [ground('case'), ground('uploads'), ground('processing')];
const recommend = (facts: typeof everything) => composer.recommend({ caseName, facts, journey: [] });

describe('without a language model', () => {
  test('the journey is the facts as they are, each resting on itself, in the order they are told', () => {
    const said = composer.summarise({ caseName, facts: everything });
    expect(summariseJourneyTask.said.parse(said)).toEqual(said);
    for (const { text, on } of said.claims)
      expect(on.map((place) => everything[place]?.text)).toEqual([text]);
    expect(said.claims[0]?.text).toContain('case');
  });
  test('open threads are what is recommended first', () => {
    const { recommendations } = recommend(everything);
    expect(recommendations).toHaveLength(5);
    expect(recommendations.map(({ on }) => on.map((place) => everything[place]?.kind))).toEqual([
      ['failed-document'],
      ['unanswered-question'],
      ['unasked-entity'],
      ['unread-document'],
      ['nothing-asked'],
    ]);
  });
  test.each([
    ['everything', everything],
    ['little', little],
    ['a document that failed', [...little, ground('failed-document', 'a.pdf')]],
  ])('three to five are recommended of %s, each on what it says', (_, facts) => {
    const said = recommend(facts);
    expect(recommendStrategyTask.said.parse(said)).toEqual(said);
    for (const { reason, on } of said.recommendations) {
      for (const place of on) expect(reason).toContain(facts[place]?.text);
    }
  });
  test('the summary is what was told, and what to do first', () => {
    const statements = [...little, { text: 'It failed.', subject: 'Mend a.pdf' }];
    const said = composer.assemble({ caseName, statements, recommendations: 1 });
    expect(assembleReportTask.said.parse(said)).toEqual(said);
    expect(said.title).toContain(caseName);
    expect(said.summary.at(-1)).toEqual({
      text: 'First of what is recommended: mend a.pdf. It failed.',
      on: [3],
    });
  });
});
