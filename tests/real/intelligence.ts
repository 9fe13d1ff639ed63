import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requestedReportSchema, writtenSchema } from '#commands/contract';
import {
  caseEntityListSchema,
  caseListSchema,
  graphSearchAnswerSchema,
  jobSchema,
  recommendationsSchema,
  reportViewSchema,
  searchAnswerSchema,
} from '#read-api/contract';
import { atRest } from '../crash/rest.ts';
import { fileAt } from '../support/casefold-client.ts';
import { patientClient } from '../support/patient-client.ts';
import { ask, over } from '../support/questions.ts';
import { NeverError, until } from '../support/until.ts';
import type { Deployment } from './deployment.ts';
import { worldOf } from './world.ts';

const samples = join(import.meta.dirname, '../../samples/demo-case');
const unseen = 'PC Quote and A.B. Watley - Co-Branding Agreement (1996).pdf';

/** What help there is in a case that was worked on, of the built-in models: on real servers, and over the real bus. */
export function intelligenceContract(deployment: () => Deployment): void {
  let caseId: string;
  const write = () => deployment().client('commands');
  const read = () => patientClient(deployment().client('read-api'));
  const ended = async (jobId: string) => {
    const job = await until(`the job ${jobId} has ended`, async () => {
      const status = await read().json(jobSchema, `/api/jobs/status/${jobId}`);
      return (status.stage === 'ready' || status.stage === 'failed') && status;
    });
    if (job.stage === 'failed') throw new NeverError(JSON.stringify(job.error));
    return job;
  };
  const graphSearch = (parameters: Record<string, string> = {}) => {
    const query = new URLSearchParams({ q: 'co-branding of the web site', caseId, ...parameters });
    return read().json(graphSearchAnswerSchema, `/api/ai/graph-search?${query}`);
  };

  test('what nobody has looked at yet is recommended, with a reason', async () => {
    const { items } = await read().json(caseListSchema, '/api/cases');
    caseId = items[0]?.caseId ?? '';
    const { documentId } = await write().upload(caseId, [fileAt(join(samples, unseen))]);
    await ended(documentId);
    const { recommendations } = await until('something is recommended', async () => {
      const list = await read().json(recommendationsSchema, `/api/recommendations?caseId=${caseId}`);
      return list.recommendations.length > 0 && list;
    });
    expect(recommendations.map(({ fileName }) => fileName)).toEqual([unseen]);
    expect(recommendations[0]?.reasons.length).toBeGreaterThan(0);
  });

  test('an answer cites the documents word for word', async () => {
    const question = 'When does the co-branding agreement of PC Quote and A.B. Watley end?';
    const { questionId } = await ask(write(), { caseId, question });
    const { status, citations, provenance } = await over(read(), questionId);
    expect(status).toBe('ready');
    expect(provenance[0]?.model.kind).toBe('built-in');
    expect(citations.length).toBeGreaterThan(0);
    for (const citation of citations) {
      if (citation.kind !== 'document') throw new Error('Nothing outside the case was looked for.');
      const { documentId, start, end, quote } = citation;
      const text = await (await read().request(`/api/documents/${documentId}/text`)).text();
      expect(text.slice(start, end)).toBe(quote);
    }
  });

  test('the graph finds by meaning, by rank and by what was done, and leaves out what was seen', async () => {
    const { hits, weights } = await graphSearch();
    expect(hits.length).toBeGreaterThan(1);
    expect(hits[0]?.fileName).toMatch(/Co-Branding/);
    expect(Math.max(...hits.map(({ pageRank }) => pageRank))).toBe(1);
    for (const { score, semantic, pageRank, social } of hits)
      expect(score).toBeCloseTo(
        weights.semantic * semantic + weights.pageRank * pageRank + weights.social * social,
        12,
      );
    expect((await graphSearch({ unseen: 'true' })).hits.map(({ fileName }) => fileName)).toEqual([unseen]);
  });

  test('a word that is spelt wrong is told from what the case says', async () => {
    const answer = await read().json(searchAnswerSchema, `/api/search?q=cobrandng+agreemnt&caseId=${caseId}`);
    expect(answer.didYouMean?.map(({ text }) => text).join()).toMatch(/agreement/);
  });

  test('two names of one are merged, and split again', async () => {
    const list = (position: string) =>
      read().json(caseEntityListSchema, `/api/cases/${caseId}/entities?kind=organisation`, {
        position,
      });
    const act = (what: 'merge' | 'split', json: object) =>
      write().json(writtenSchema, `/api/cases/${caseId}/entities/${what}`, { json });
    const before = await list(String(await deployment().caughtUp()));
    const [into, other] = before.items;
    if (!into || !other) throw new Error('The case names fewer than two organisations.');
    const merged = await act('merge', { into: into.entityId, entityIds: [other.entityId] });
    expect((await list(merged.position)).total).toBe(before.total - 1);
    const split = await act('split', { entityId: other.entityId });
    expect((await list(split.position)).items).toEqual(before.items);
  });

  test('a report rests on what was done and found, is found by search, and stands in the graph', async () => {
    const { reportId } = await write().json(requestedReportSchema, '/api/ai/generate-report', {
      json: { caseId },
    });
    await ended(reportId);
    const position = String(await deployment().caughtUp());
    const report = await read().json(reportViewSchema, `/api/reports/${reportId}`, { position });
    expect(report.sections.map(({ kind }) => kind)).toEqual([
      'executive-summary',
      'project-journey',
      'recommendations',
    ]);
    for (const { claims } of report.sections) for (const { links } of claims) expect(links).not.toEqual([]);

    const found = `/api/search?q=${encodeURIComponent(report.title ?? '')}&caseId=${caseId}`;
    await until('the report is found by search', async () => {
      const { hits } = await read().json(searchAnswerSchema, found);
      return hits.some(({ source, documentId }) => source === 'report' && documentId === reportId);
    });
    const { records } = await deployment().stores.graph.executeQuery(
      'MATCH (report:FinalReport {reportId: $reportId})-[:REPORT_OF]->(file:CaseFile) RETURN file.caseId AS caseId',
      { reportId },
    );
    expect(records.map((record) => record.get('caseId'))).toEqual([caseId]);
  });

  test('and then everything is at rest', async () => {
    expect(await atRest(worldOf(deployment()))).toBeGreaterThan(0n);
  });
}
