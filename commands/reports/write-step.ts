import type { RecordedEvent } from '#domain/event';
import type { ReportCommand } from '#domain/report/commands';
import type { KnownReport } from '#domain/report/decider';
import type { ReportEvent, ReportSection } from '#domain/report/events';
import { type JourneyFacts, journeyFactsSchema } from '#domain/report/facts';
import { assembleReportTask, recommendStrategyTask, summariseJourneyTask } from '#domain/report/writing';
import { putText, readText } from '#platform/document-text';
import type { BlobStore, Bus } from '#platform/ports';
import type { Models } from '../models.ts';
import { StageFailure } from '../reactors/failure.ts';
import type { TellWork } from '../tell-work.ts';
import { findFacts } from './find-facts.ts';
import { linksOf } from './links-of.ts';
import { reportText } from './report-text.ts';

export type StepPorts = { readonly blobs: BlobStore; readonly bus: Bus; readonly models: Models };
/** What a step of a report comes to, and the model that wrote it. */
export type Step = { readonly command: ReportCommand; readonly model: string };

/** A step of a report: what it builds on is in the report's own state, or in the blobs it names. */
type WriteStep = (
  ports: StepPorts,
  report: KnownReport,
  event: RecordedEvent<ReportEvent>,
  tell: TellWork,
  signal: AbortSignal,
) => Promise<Step>;

export const summarise: WriteStep = async (
  { bus, blobs, models },
  { reportId, caseId },
  event,
  tell,
  signal,
) => {
  tell('Gathering what happened in the case');
  const gathered = await findFacts(bus, { caseId, position: String(event.position) }, signal);
  const { caseName, documents, facts } = gathered;
  if (documents === 0) {
    throw new StageFailure(
      'no-documents',
      'There is nothing to report on: the case holds no documents. Upload some, and generate the report again.',
    );
  }
  const { sha256 } = await putText(blobs, JSON.stringify(gathered));
  const step = `Summarising the journey from ${facts.length} facts`;
  tell(step);
  const { said, provenance } = await models.ask(
    summariseJourneyTask,
    { caseName, facts: facts.map(asGround) },
    { signal, progress: tell.words(step) },
  );
  return {
    model: provenance.model.name,
    command: {
      type: 'RecordJourneySummary',
      reportId,
      caseId,
      facts: { sha256, count: facts.length },
      journey: said.claims.map(({ text, on }) => ({ text, links: linksOf(on, facts) })),
      refusedClaims: said.refusedClaims,
      provenance,
    },
  };
};

export const recommend: WriteStep = async (ports, report, _, tell, signal) => {
  const { reportId, caseId } = report;
  const { caseName, facts } = await factsOf(ports.blobs, report);
  const step = 'Working out what to recommend';
  tell(step);
  const { said, provenance } = await ports.models.ask(
    recommendStrategyTask,
    { caseName, facts: facts.map(asGround), journey: journeyOf(report).map(({ text }) => text) },
    { signal, progress: tell.words(step) },
  );
  return {
    model: provenance.model.name,
    command: {
      type: 'RecordReportRecommendations',
      reportId,
      caseId,
      recommendations: said.recommendations.map(({ title, reason, on }) => ({
        title,
        reason,
        links: linksOf(on, facts),
      })),
      refusedClaims: said.refusedClaims,
      provenance,
    },
  };
};

export const assemble: WriteStep = async ({ blobs, models }, report, _, tell, signal) => {
  const { reportId, caseId } = report;
  const { caseName, facts } = await factsOf(blobs, report);
  const journey = journeyOf(report);
  const recommendations = report.recommended?.recommendations ?? [];
  const advised = recommendations.map(({ title, reason, links }) => ({ title, text: reason, links }));
  const step = 'Writing the executive summary';
  tell(step);
  const statements = [
    ...journey.map(({ text }) => ({ text, ...kindOf(text, facts) })),
    ...advised.map(({ title, text }) => ({ text, subject: title })),
  ];
  const { said, provenance } = await models.ask(
    assembleReportTask,
    { caseName, statements, recommendations: advised.length },
    { signal, progress: tell.words(step) },
  );
  const grounds = [...journey, ...advised];
  const sections: ReportSection[] = [
    {
      kind: 'executive-summary',
      heading: 'Executive summary',
      claims: said.summary.map(({ text, on }) => ({ text, links: linksOf(on, grounds) })),
    },
    { kind: 'project-journey', heading: 'Project journey', claims: [...journey] },
    { kind: 'recommendations', heading: 'Recommendations', claims: advised },
  ];
  const { text, structure } = reportText(said.title, sections);
  const [textBlob, structureBlob] = await Promise.all([
    putText(blobs, text),
    putText(blobs, JSON.stringify(structure)),
  ]);
  return {
    model: provenance.model.name,
    command: {
      type: 'RecordReport',
      reportId,
      caseId,
      title: said.title,
      sections,
      text: { sha256: textBlob.sha256, characters: text.length },
      structure: {
        sha256: structureBlob.sha256,
        pages: 0,
        sections: structure.sections.length,
        passages: structure.passages.length,
      },
      refusedClaims: said.refusedClaims,
      provenance,
    },
  };
};

const asGround = ({ kind, subject, text }: JourneyFacts['facts'][number]) => ({
  kind,
  text,
  ...(subject && { subject }),
});

const journeyOf = ({ summarised }: KnownReport) => summarised?.journey ?? [];

/** A statement that is a fact word for word is of its kind. */
function kindOf(text: string, facts: JourneyFacts['facts']) {
  const kind = facts.find((fact) => fact.text === text)?.kind;
  return kind && { kind };
}

/** @throws {Error} for a report whose journey was not summarised, which no stage after it can be */
async function factsOf(blobs: BlobStore, { summarised }: KnownReport): Promise<JourneyFacts> {
  if (!summarised) throw new Error('The journey of this report was not summarised.');
  return journeyFactsSchema.parse(JSON.parse(await readText(blobs, summarised.facts.sha256)));
}
