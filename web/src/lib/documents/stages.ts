import type { DocumentStage } from '#domain/document/lifecycle';

type Tone = 'neutral' | 'accent' | 'info' | 'ok' | 'warn' | 'danger';

/** How a stage is called and coloured wherever it is shown. */
export const stageLook: Readonly<Record<DocumentStage, { label: string; tone: Tone }>> = {
  received: { label: 'Waiting', tone: 'neutral' },
  extracting: { label: 'Reading', tone: 'info' },
  analysing: { label: 'Analysing', tone: 'info' },
  linking: { label: 'Linking', tone: 'info' },
  ready: { label: 'Ready', tone: 'ok' },
  failed: { label: 'Failed', tone: 'danger' },
  withdrawn: { label: 'Withdrawn', tone: 'warn' },
};

/** The stages a document passes on its way, in order. */
export const wayStages = ['received', 'extracting', 'analysing', 'linking'] as const;

export const isUnderWay = (stage: DocumentStage) => wayStages.some((each) => each === stage);
