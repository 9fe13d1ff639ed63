import type { ClaimLink, ReportSection } from '#domain/report/events';
import { Problem } from '#platform/http/problem';
import type { ReportView } from '../../contract.ts';

/** A claim with the numbers of the sources it rests on, counted from 1. */
export type PrintedClaim = {
  readonly title?: string;
  readonly text: string;
  readonly sources: readonly number[];
};

/** A report as it is printed: every source once, in the order in which claims first rest on them. */
export type PrintedReport = {
  readonly title: string;
  /** When the log took in the completed report. */
  readonly completedAt: Date;
  /** Lines about the report as a whole. */
  readonly about: readonly string[];
  readonly sections: readonly {
    readonly kind: ReportSection['kind'];
    heading: string;
    claims: PrintedClaim[];
  }[];
  readonly sources: readonly string[];
  /** How it was written, a line for each step. */
  readonly steps: readonly string[];
};

/**
 * Puts a report in the order in which it is printed. Nothing but the report's own events goes in, no clock and no name
 * that can change, so the same report is printed the same for ever.
 *
 * @throws {Problem} 409 for a report that is not ready
 */
export function printedReport(report: ReportView): PrintedReport {
  const { title, requestedAt, endedAt, caseId, reportId, asOf, facts } = report;
  if (report.status !== 'ready' || title === undefined || endedAt === undefined) {
    throw new Problem(409, 'report-not-ready', 'The report is not ready', {
      detail: `It is ${report.status}. Follow the job ${reportId}, and download it when it is ready.`,
    });
  }
  const numbers = new Map<string, number>();
  const sources: string[] = [];
  const numberOf = (link: ClaimLink) => {
    const words = sourceWords(link);
    const known = numbers.get(words);
    if (known !== undefined) return known;
    numbers.set(words, sources.push(words));
    return sources.length;
  };
  const sections = report.sections.map(({ kind, heading, claims }) => ({
    kind,
    heading,
    claims: claims.map(({ title: name, text, links }) => ({
      ...(name && { title: name }),
      text,
      sources: [...new Set(links.map(numberOf))].sort((a, b) => a - b),
    })),
  }));
  const completedAt = new Date(endedAt);
  return {
    title,
    completedAt,
    about: [
      `Completed on ${minute(completedAt)} UTC, asked for by ${report.userId}.`,
      `What happened in the case is told up to position ${asOf} of the log. Figures of documents and names are of the time it was written, between ${minute(new Date(requestedAt))} and ${minute(completedAt)} UTC.`,
      `Case ${caseId}, report ${reportId}.`,
      ...(facts ? [`Written from ${facts.count} facts, kept under the SHA-256 ${facts.sha256}.`] : []),
      ...(report.refusedClaims > 0
        ? [
            `Statements of the model that rested on nothing it was given, left out or corrected: ${report.refusedClaims}.`,
          ]
        : []),
    ],
    sections,
    sources,
    steps: report.provenance.map(stepWords),
  };
}

const stepNames = ['Project journey', 'Recommendations', 'Executive summary'];

function stepWords(
  { model, prompt, parameters, inputs, cached }: ReportView['provenance'][number],
  step: number,
): string {
  const kind = model.kind === 'built-in' ? 'built-in, no language model' : model.kind;
  const by = prompt ? `, prompt ${prompt.id} version ${prompt.version}` : '';
  const with_ = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return [
    `${stepNames[step] ?? 'Step'}: ${model.name} ${model.version} (${kind}), digest ${model.digest}${by}`,
    ...(with_.length > 0 ? [with_.join(', ')] : []),
    ...(cached ? ['said before, kept in the cache'] : []),
    `${inputs.length} texts read.`,
  ].join('; ');
}

function sourceWords(link: ClaimLink): string {
  if (link.kind === 'event')
    return `Event ${link.type} at position ${link.position} of the log, id ${link.eventId}.`;
  const { fileName, start, end, quote, documentId } = link;
  return `“${fileName}”, characters ${start} to ${end}: “${quote.replace(/\s+/g, ' ')}” (document ${documentId})`;
}

/** `2026-03-03 14:05`, in UTC. */
const minute = (time: Date) => time.toISOString().slice(0, 16).replace('T', ' ');
