import { readdirSync, readFileSync } from 'node:fs';
import {
  type AssembleReportRequest,
  type Ground,
  mostJourneyClaims,
  mostSummaryClaims,
  type RecommendStrategyRequest,
  type SaidClaim,
  type SaidJourney,
  type SaidReport,
  type SaidStrategy,
  type SummariseJourneyRequest,
} from '#domain/report/writing';
import type { ModelIdentity } from '../../model.ts';
import { behaviourDigest } from '../digest.ts';
import { recommend } from './recommend.ts';

const name = 'casefold-report-composer';
const version = '1';

export type ReportComposer = {
  readonly identity: ModelIdentity;
  summarise(request: SummariseJourneyRequest): SaidJourney;
  recommend(request: RecommendStrategyRequest): SaidStrategy;
  assemble(request: AssembleReportRequest): SaidReport;
};

type Kind = NonNullable<Ground['kind']>;

/** In the order in which they are told, each with how many of its facts are. */
const journeyParts: readonly (readonly [Kind, number])[] = [
  ['case', 1],
  ['uploads', 2],
  ['processing', 1],
  ['withdrawn', 1],
  ['entity', 4],
  ['relation', 2],
  ['topic', 2],
  ['question', 4],
  ['searches', 1],
  ['liked', 1],
  ['recommended', 1],
  ['earlier-report', 1],
];

/** What somebody must know who reads nothing else: two statements of a kind at the most. */
const summaryParts: readonly (readonly [Kind, number])[] = [
  ['uploads', 1],
  ['processing', 1],
  ['entity', 1],
  ['question', 2],
];

/**
 * Writes a report without a language model: chooses among the facts and puts them in order. It words nothing but the
 * titles and the sentences between, so whatever it says is a fact it was given.
 */
export const createReportComposer = (): ReportComposer => ({
  identity: identity(),
  summarise({ facts }) {
    const claims = chosen(facts, journeyParts).slice(0, mostJourneyClaims);
    return { claims: claims.length > 0 ? claims : facts.slice(0, 1).map(asItIs(0)), refusedClaims: 0 };
  },
  recommend: ({ facts }) => ({ recommendations: recommend(facts), refusedClaims: 0 }),
  assemble({ caseName, statements, recommendations }) {
    const journey = statements.slice(0, statements.length - recommendations);
    const first = statements.length - recommendations;
    const next = statements.slice(first, first + 1).map(({ subject, text }) => ({
      text: subject ? `First of what is recommended: ${lowerFirst(subject)}. ${text}` : text,
      on: [first],
    }));
    const told = chosen(journey, summaryParts);
    const summary = [...(told.length > 0 ? told : journey.slice(0, 2).map(asItIs(0))), ...next];
    return {
      title: `Synthesis report: ${caseName}`,
      summary: summary.slice(0, mostSummaryClaims),
      refusedClaims: 0,
    };
  },
});

const asItIs =
  (from: number) =>
  ({ text }: Ground, index: number): SaidClaim => ({ text, on: [from + index] });

function chosen(grounds: readonly Ground[], parts: readonly (readonly [Kind, number])[]): SaidClaim[] {
  return parts.flatMap(([kind, most]) =>
    grounds
      .flatMap(({ kind: its, text }, index) => (its === kind ? [{ text, on: [index] }] : []))
      .slice(0, most),
  );
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** Its behaviour is its code. */
function identity(): ModelIdentity {
  const folder = new URL('./', import.meta.url);
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => `${file}\n${readFileSync(new URL(file, folder), 'utf8')}`);
  return {
    name,
    version,
    digest: behaviourDigest([`${name}@${version}`, ...code]),
    kind: 'built-in',
  };
}
