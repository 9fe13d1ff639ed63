import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, test } from 'vitest';
import { Problem } from '#platform/http/problem';
import type { ReportView } from '../../contract.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPdf } from './pdf.ts';
import { printedReport } from './printed-report.ts';

const sha256 = 'a'.repeat(64);
const model = { name: 'casefold-report-composer', version: '1', digest: sha256, kind: 'built-in' as const };
const event = { kind: 'event' as const, eventId: 'e1', position: '10', type: 'CaseOpened' };
const passage = {
  kind: 'passage' as const,
  documentId: 'd1',
  fileName: 'Lease.pdf',
  passageId: 'd1.0',
  start: 5,
  end: 20,
  quote: 'Rent of £100 — Ῥόδος, Москва',
};
const reportWith = (text: string, claims = 1): ReportView => ({
  reportId: 'r1',
  caseId: 'c1',
  userId: 'ada',
  status: 'ready',
  title: 'Synthesis report: Harbour',
  requestedAt: '2026-03-03T14:00:00.000Z',
  endedAt: '2026-03-03T14:05:06.000Z',
  lastPosition: '90',
  asOf: '80',
  sections: [
    { kind: 'executive-summary', heading: 'Executive summary', claims: [{ text, links: [passage, event] }] },
    {
      kind: 'recommendations',
      heading: 'Recommendations',
      claims: Array.from({ length: claims }, () => ({ title: 'Read it', text, links: [event] })),
    },
  ],
  facts: { sha256, count: 12 },
  refusedClaims: 2,
  provenance: [{ model, parameters: { temperature: 0 }, inputs: [sha256] }],
});
const printed = (text = 'The rent is due.', claims?: number) => printedReport(reportWith(text, claims));

async function pagesOf(bytes: Uint8Array): Promise<string[]> {
  const document = await getDocument({ data: bytes.slice() }).promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '));
  }
  return pages;
}

describe('a printed report', () => {
  test('numbers each source once, in the order of the claims', () => {
    const { sections, sources } = printed();
    expect(sections.map(({ claims }) => claims.map((claim) => claim.sources))).toEqual([[[1, 2]], [[2]]]);
    expect(sources).toEqual([
      expect.stringContaining('“Lease.pdf”, characters 5 to 20: “Rent of £100'),
      'Event CaseOpened at position 10 of the log, id e1.',
    ]);
  });
  test('says up to where it tells what happened, and of when its figures are', () => {
    expect(printed().about).toEqual([
      'Completed on 2026-03-03 14:05 UTC, asked for by ada.',
      'What happened in the case is told up to position 80 of the log. Figures of documents and names are of the time it was written, between 2026-03-03 14:00 and 2026-03-03 14:05 UTC.',
      expect.stringContaining('report r1'),
      expect.stringContaining('12 facts'),
      expect.stringContaining('corrected: 2'),
    ]);
  });
  test('is refused while the report is not ready', () => {
    expect(() => printedReport({ ...reportWith('x'), status: 'assembling' })).toThrow(Problem);
  });
});

describe('as Markdown', () => {
  test('it is the same on each rendering', () => {
    expect(renderMarkdown(printed())).toBe(renderMarkdown(printed()));
  });
  test('what it quotes is words, whatever it says', () => {
    const hostile =
      '<script>alert(1)</script> ![x](http://evil.example/p.png) # Heading **bold**\n\n# Not one';
    const markdown = renderMarkdown(printed(hostile));
    expect(markdown).not.toMatch(/(?<!\\)<script|(?<!\\)!|(?<!\\)\]\(http|https?:\/\/|^# Not/m);
    expect(markdown.match(/^#+ .*/gm)).toEqual([
      '# Synthesis report: Harbour',
      '## Executive summary',
      '## Recommendations',
      '## Sources',
      '## How this report was written',
    ]);
  });
});

describe('as PDF', () => {
  test('it is the same bytes on each rendering, whenever that is', async () => {
    const one = await renderPdf(printed());
    const other = await renderPdf(printed());
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
    expect(Buffer.from(one).includes('20260303140506')).toBe(true);
  });
  test('it has every claim, source and page number, and Greek and Cyrillic', async () => {
    const pages = await pagesOf(await renderPdf(printed('The rent is due. '.repeat(20), 40)));
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
    }
    const all = pages.join(' ').replace(/\s+/g, ' ');
    expect(all.match(/Read it/g)).toHaveLength(40);
    expect(all).toContain('Москва');
    expect(all).toContain('Event CaseOpened at position 10');
    expect(all).toContain('casefold-report-composer 1 (built-in, no language model)');
  });
  test('it says so where its font has no such script', async () => {
    const [page = ''] = await pagesOf(await renderPdf(printed('租金到期')));
    expect(page.replace(/\s+/g, ' ')).toContain('The Markdown has them');
    expect((await pagesOf(await renderPdf(printed())))[0]).not.toContain('The Markdown has them');
  });
});
