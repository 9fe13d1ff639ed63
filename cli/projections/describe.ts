import type { Certificate } from '#domain/projection/certificate';
import type { ParkedItem, ProjectionDetail, ProjectionItem } from '#read-api/contract-projections';
import { behind, rebuildLine } from './list-table.ts';
import { longestLine, textTable } from './text-table.ts';
import { count, duration, moment, oneLine, perSecond, plural } from './words.ts';

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);

/** What a certificate says, line by line. */
export function certificateLines(certificate: Certificate): string[] {
  const { generation, eventsApplied, eventsSkipped, eventsParked, entries, digest, seconds, comparison } =
    certificate;
  const aside = [
    ...(sum(eventsSkipped) > 0 ? [`${count(sum(eventsSkipped))} skipped`] : []),
    ...(sum(eventsParked) > 0 ? [`${count(sum(eventsParked))} parked`] : []),
  ];
  return [
    `generation ${generation}: ${[`${plural(sum(eventsApplied), 'event')} applied`, ...aside].join(', ')}; ${plural(sum(entries), 'entry', 'entries')}; up to position ${certificate.positions.upTo}; ${duration(seconds)}`,
    `digest ${digest}`,
    ...(comparison ? comparisonLines(comparison) : []),
  ];
}

function comparisonLines(comparison: NonNullable<Certificate['comparison']>): string[] {
  const { generation, equal, entriesCompared, differing, differences } = comparison;
  if (equal)
    return [`equal to generation ${generation}: ${plural(entriesCompared, 'entry', 'entries')} compared`];
  return [
    `differs from generation ${generation}: ${count(differing)} of ${plural(entriesCompared, 'entry', 'entries')}`,
    ...differences.flatMap(({ part, key, kind, before, after, events }) => [
      `  ${part} ${key.join(' ')}: ${kind.replaceAll('-', ' ')}`,
      ...(before === undefined ? [] : [`    old  ${before}`]),
      ...(after === undefined ? [] : [`    new  ${after}`]),
      ...events.map(({ position, type, stream }) => `    by   ${type} at ${position} of ${stream}`),
    ]),
  ].map(cutLine);
}

const cutLine = (line: string) => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + oneLine(line, longestLine - indent.length);
};

const statusLine = (item: ProjectionItem) => {
  const { partition, partitions, state, stale, worker, rate, batchSeconds, position, parked } = item;
  const parts = [
    stale ? `silent since ${moment(item.heardAt)}` : `${state} on ${worker}`,
    `at ${position}`,
    `${behind(item)} behind`,
    perSecond(rate),
    ...(batchSeconds
      ? [`batches ${duration(batchSeconds.p50)} (p50), ${duration(batchSeconds.p99)} (p99)`]
      : []),
    ...(parked > 0 ? [`${count(parked)} parked`] : []),
  ];
  return `${partitions > 1 ? `partition ${partition} of ${partitions}: ` : ''}${parts.join(', ')}`;
};

const historyShown = 10;

/** A projection in full, line by line. */
export function describeProjection({ name, status, decided, history }: ProjectionDetail): string[] {
  const [first] = status;
  const { rebuild, paused, switchTo, refusedSwitch, switched, skipped } = decided;
  const working = status.map(rebuildLine).find((line) => line !== undefined);
  const errors = status.flatMap(({ lastError }) => (lastError ? [`last error: ${lastError}`] : []));
  const lines = [
    first ? `${name}   ${first.sink}, version ${first.version}, generation ${first.generation}` : name,
    ...(first ? status.map((each) => `  ${statusLine(each)}`) : ['  No worker tells of it.']),
    ...errors.map((line) => `  ${line}`),
    ...(paused ? [`  Paused. To go on: casefold projections resume ${name}`] : []),
    ...(working ? [`  ${working}`] : []),
    ...(switchTo === undefined ? [] : [`  A switch to generation ${switchTo} is asked for.`]),
    ...(refusedSwitch ? [`  Not switched to ${refusedSwitch.generation}: ${refusedSwitch.message}`] : []),
    ...(switched ? [`  Switched last from generation ${switched.from} to ${switched.to}.`] : []),
    ...(skipped.length > 0 ? [`  ${plural(skipped.length, 'event')} skipped by decision.`] : []),
  ].map(cutLine);
  if (first) lines.push('', 'Generations', ...generationTable(first));
  if (rebuild) {
    const { purpose, rebuildId, message, certificate } = rebuild;
    lines.push(
      '',
      `Last ${purpose}: ${rebuild.status} (${rebuildId})`,
      ...(message ? [cutLine(`  ${message}`)] : []),
      ...(certificate ? certificateLines(certificate).map((line) => `  ${line}`) : []),
    );
  }
  if (history.length > 0) lines.push('', 'Decisions, newest first', ...historyTable(history));
  return lines;
}

const generationTable = ({ generations }: ProjectionItem) =>
  textTable(generations.toReversed(), [
    { title: 'GEN', text: ({ generation }) => String(generation), align: 'right' },
    { title: 'STATE', text: ({ state }) => state },
    { title: 'VERSION', text: ({ version }) => String(version), align: 'right' },
    { title: 'PARTITIONS', text: ({ partitions }) => String(partitions), align: 'right' },
    { title: 'POSITION', text: ({ position }) => position, align: 'right' },
    { title: 'MADE', text: ({ createdAt }) => moment(createdAt) },
  ]);

const historyTable = (history: ProjectionDetail['history']) =>
  textTable(history.slice(0, historyShown), [
    { title: 'WHEN', text: ({ occurredAt }) => moment(occurredAt) },
    { title: 'POSITION', text: ({ position }) => position, align: 'right' },
    { title: 'EVENT', text: ({ type }) => type },
    { title: 'BY', text: ({ actor }) => actor.id },
    { title: 'WHY', text: ({ data }) => String(data.reason ?? data.message ?? '') },
  ]);

/** The parked events of a projection, line by line. */
export const parkedTable = (items: readonly ParkedItem[]): string[] =>
  textTable(
    items,
    [
      { title: 'POSITION', text: ({ position }) => position, align: 'right' },
      { title: 'EVENT', text: ({ type }) => type },
      { title: 'STREAM', text: ({ stream }) => stream },
      { title: 'SINCE', text: ({ parkedAt }) => moment(parkedAt) },
      {
        title: 'WHY',
        text: ({ isCause, attempts }) => (isCause ? `failed ${plural(attempts, 'time')}` : 'waits behind it'),
      },
    ],
    ({ error }) => (error ? [`  └ ${oneLine(error, longestLine - 4)}`] : []),
  );
