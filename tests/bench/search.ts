import { caseListSchema, searchAnswerSchema, searchModes } from '#read-api/contract';
import type { Benchmark } from './benchmark.ts';
import { median, milliseconds, quantile, timed, times } from './measure.ts';

/** What a person who reviews the demo case might look for. */
const queries = [
  'termination for convenience',
  'who may terminate the agreement and when',
  'limitation of liability',
  'royalty payments on endorsed golf clubs',
  'governing law Delaware',
  'confidential information of the other party',
  'exclusive distributor territory',
  'minimum purchase commitment',
  'Horizon system shortfalls',
  'suicide of postmasters',
  'human impact of the prosecutions',
  'compensation scheme for postmasters',
  'hosting service levels and uptime',
  'source code escrow',
  'domain name licence SINA',
  'succinic acid research',
  'franchise fee and royalties',
  'indemnification by the manufacturer',
  'sponsorship fee instalments',
  'assignment without prior written consent',
  'power of attorney',
  'joint filing of Schedule 13G',
  'oil pipeline transportation tariff',
  'servicing fee',
  'audit rights over books and records',
  'insurance certificate naming additional insured',
  'non-compete after termination',
  'warranty disclaimer fitness for a particular purpose',
  'mutual termination of the agreement',
  'celebrity personal appearance obligations',
];
const rounds = 3;

/** Searches of the demo case, one after another, against the smallest read of all: the list of cases. */
export const search: Benchmark = async (demo) => {
  const { product, caseId } = await demo.loaded();
  const millisecondsOf = async (ask: () => Promise<unknown>) => (await timed(ask)).seconds * 1000;
  const listCases = () => millisecondsOf(() => product.json(caseListSchema, '/api/cases'));
  const bare: number[] = [];
  for (let round = 0; round <= queries.length; round++) {
    const took = await listCases();
    if (round > 0) bare.push(took);
  }

  const lines = [];
  for (const mode of searchModes) {
    const took: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      for (const q of queries) {
        const path = `/api/search?${new URLSearchParams({ q, caseId, mode })}`;
        const one = await millisecondsOf(() => product.json(searchAnswerSchema, path));
        // The first round fills caches, as the first reader of a morning does.
        if (round > 0) took.push(one);
      }
    }
    lines.push({
      name: `Search, ${mode}`,
      figure: `p50 ${milliseconds(median(took))}, p95 ${milliseconds(quantile(took, 0.95))}`,
      ratio: times(median(took) / median(bare), `GET /api/cases (p50 ${milliseconds(median(bare))})`),
    });
  }
  return lines;
};
