import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedQuestionSchema, requestedReportSchema } from '#commands/contract';
import {
  historySchema,
  jobSchema,
  questionViewSchema,
  type ReportView,
  reportListSchema,
  reportViewSchema,
  searchAnswerSchema,
} from '#read-api/contract';
import { fileAt } from '../support/casefold-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import { NeverError, until } from '../support/until.ts';

/** A report through the whole product, with the built-in models: asked for, written step by step, read and downloaded. */
let product: Product;
let caseId: string;

const sample = (name: string) => fileAt(`samples/demo-case/${name}`);
const samples = [
  'Cardlytics - Software License and Maintenance Agreement, Schedule (2011).txt',
  'PC Quote and A.B. Watley - Co-Branding Agreement, Second Amendment (1998).txt',
  'Stremicks Heritage Foods and Premier Nutrition - Manufacturing Agreement, Amendment 1 (2018).txt',
  'Atento - Joint Filing Agreement (2020).txt',
];

beforeAll(async () => {
  product = await startProduct();
  ({ caseId } = await product.openCase('Harbour'));
}, 120_000);
afterAll(() => product?.stop());

const generate = (key?: string) =>
  product.json(requestedReportSchema, '/api/ai/generate-report', { json: { caseId }, ...(key && { key }) });
const jobOf = (jobId: string) => product.json(jobSchema, `/api/jobs/status/${jobId}`);
const reportOf = async (reportId: string): Promise<ReportView> => {
  const { lastPosition } = await jobOf(reportId);
  return product.json(reportViewSchema, `/api/reports/${reportId}`, { position: lastPosition });
};
const ended = (jobId: string) =>
  until(`the job ${jobId} ends`, async () => {
    const job = await jobOf(jobId);
    return (job.stage === 'ready' || job.stage === 'failed') && job;
  });
async function ready(jobId: string): Promise<void> {
  const { stage, error } = await ended(jobId);
  if (stage === 'failed') throw new NeverError(JSON.stringify(error));
}
const eventsOf = async (type = '') =>
  (await product.json(historySchema, `/api/cases/${caseId}/history?limit=200${type && `&type=${type}`}`))
    .items;
const download = async (reportId: string, ending: string) => {
  const response = await product.request(`/api/reports/${reportId}.${ending}`);
  return {
    status: response.status,
    bytes: Buffer.from(await response.arrayBuffer()),
    headers: response.headers,
  };
};

describe('a report', () => {
  test('of a case without documents fails with what to do, and is written again once there are some', async () => {
    const { reportId } = await generate();
    const job = await ended(reportId);
    expect(job).toMatchObject({ kind: 'report', stage: 'failed', error: { reason: 'no-documents' } });
    expect((await download(reportId, 'pdf')).status).toBe(409);

    const broken = { fileName: 'broken.pdf', content: '%PDF-1.7 nothing more', type: 'application/pdf' };
    const { documents } = await product.upload(caseId, [...samples.map(sample), broken]);
    for (const { jobId } of documents) await ended(jobId);
    const again = await product.json(requestedReportSchema, `/api/reports/${reportId}/retry`, {
      method: 'POST',
    });
    expect(again.reportId).toBe(reportId);
    await ready(reportId);
    expect((await product.request(`/api/reports/${reportId}/retry`, { method: 'POST' })).status).toBe(409);
  });

  test('tells what was done and found, and rests every claim on an event or on words of a document', async () => {
    const question = 'When does the agreement between PC Quote and A.B. Watley end?';
    const { jobId } = await product.json(askedQuestionSchema, '/api/ai/query', {
      json: { caseId, question },
    });
    await ended(jobId);
    await product.request(`/api/search?q=maintenance+fee&caseId=${caseId}`);
    await until('the search is in the timeline', async () =>
      (await eventsOf('BehaviourRecorded')).some(({ data }) =>
        JSON.stringify(data).includes('maintenance fee'),
      ),
    );
    const { reportId } = await generate();
    await ready(reportId);
    const report = await reportOf(reportId);

    expect(report.title).toBe('Synthesis report: Harbour');
    expect(report.sections.map(({ kind }) => kind)).toEqual([
      'executive-summary',
      'project-journey',
      'recommendations',
    ]);
    const [, journey, recommendations] = report.sections;
    const told = journey?.claims.map(({ text }) => text).join('\n') ?? '';
    expect(told).toContain('5 documents came to the case');
    expect(told).toContain('4 documents were read and analysed');
    expect(told).toContain(question);
    expect(told).toContain('“maintenance fee” (1 time)');
    expect(recommendations?.claims.length).toBeGreaterThanOrEqual(3);
    expect(recommendations?.claims.length).toBeLessThanOrEqual(5);
    expect(recommendations?.claims[0]).toMatchObject({ title: 'Mend “broken.pdf”' });
    expect(report.provenance.map(({ model }) => model.name)).toEqual(
      Array(3).fill('casefold-report-composer'),
    );

    const events = new Map((await eventsOf()).map((event) => [event.eventId, event]));
    const texts = new Map<string, string>();
    const links = report.sections.flatMap(({ claims }) => claims.flatMap((claim) => claim.links));
    expect(new Set(links.map(({ kind }) => kind))).toEqual(new Set(['event', 'passage']));
    for (const link of links) {
      if (link.kind === 'event') {
        expect(events.get(link.eventId)).toMatchObject({ position: link.position, type: link.type });
        expect(BigInt(link.position)).toBeLessThanOrEqual(BigInt(report.asOf));
        continue;
      }
      const text =
        texts.get(link.documentId) ??
        (await (await product.request(`/api/documents/${link.documentId}/text`)).text());
      texts.set(link.documentId, text);
      expect(text.slice(link.start, link.end)).toBe(link.quote);
    }
  });

  test('is found by a search, as what it is, and answers nothing itself', async () => {
    const head = String(await product.head());
    for (const mode of ['text', 'hybrid']) {
      const { hits } = await product.json(
        searchAnswerSchema,
        `/api/search?q=${encodeURIComponent('what was searched for most: maintenance fee')}&mode=${mode}&caseId=${caseId}`,
        { position: head },
      );
      expect(hits[0]).toMatchObject({ source: 'report', fileName: 'Synthesis report: Harbour' });
      expect(hits.some(({ source }) => source === 'document')).toBe(true);
    }
    const { jobId } = await product.json(askedQuestionSchema, '/api/ai/query', {
      json: { caseId, question: 'What was searched for most?' },
    });
    await ended(jobId);
    const question = await product.json(questionViewSchema, `/api/questions/${jobId}`);
    expect(JSON.stringify(question.citations)).not.toContain('Synthesis report');
  });

  test('is one and the same for one request, and each step is recorded once', async () => {
    const [one, other] = [await generate('the same key'), await generate('the same key')];
    expect(other.reportId).toBe(one.reportId);
    await ready(one.reportId);
    const events = (await eventsOf()).filter(({ data }) => data.reportId === one.reportId).reverse();
    expect(events.map(({ type }) => type)).toEqual([
      'ReportRequested',
      'JourneySummarised',
      'RecommendationsFormulated',
      'ReportCompleted',
    ]);
    const { items } = await product.json(reportListSchema, `/api/cases/${caseId}/reports`);
    expect(items.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
    expect(items[0]?.reportId).toBe(one.reportId);

    // The same in pages, with what is said of a report and none of its words.
    const path = `/api/cases/${caseId}/reports?limit=2`;
    const first = await product.json(reportListSchema, path);
    const rest = await product.json(reportListSchema, `${path}&cursor=${first.next}`);
    expect([first.items.length, rest.items.length, rest.next]).toEqual([2, 1, undefined]);
    expect([...first.items, ...rest.items]).toEqual(items);
    expect(items[0]?.title).toBe('Synthesis report: Harbour');
  });

  test('is downloaded as the same bytes again, and that is history', async () => {
    const { items } = await product.json(reportListSchema, `/api/cases/${caseId}/reports`);
    const { reportId = '' } = items[0] ?? {};
    for (const [ending, type] of [
      ['md', 'text/markdown; charset=utf-8'],
      ['pdf', 'application/pdf'],
    ] as const) {
      const [one, other] = [await download(reportId, ending), await download(reportId, ending)];
      expect(one.headers.get('content-type')).toBe(type);
      expect(one.bytes.equals(other.bytes)).toBe(true);
      expect(one.bytes.length).toBeGreaterThan(1000);
    }
    await until('the downloads are in the timeline', async () => {
      const told = JSON.stringify((await eventsOf('BehaviourRecorded')).map(({ data }) => data));
      return told.includes(`report ${reportId} as md`) && told.includes(`report ${reportId} as pdf`);
    });
    expect((await download('nobody', 'pdf')).status).toBe(404);
  });
});
