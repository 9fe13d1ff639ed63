import type { ProjectionEvent } from '#domain/projection/events';
import { derivedId } from '#platform/ids';

/** What may be decided about a projection on a busy day: every type of event that a data engineer can cause. */
export function decisionsAbout(projection: string, day: number): readonly ProjectionEvent[] {
  const rebuildId = derivedId('bench-rebuild', projection, String(day));
  const requestId = derivedId('bench-request', projection, String(day));
  const rebuild = { projection, rebuildId };
  const stream = `document-${requestId}`;
  const counts = { DocumentUploaded: 1000, DocumentTagged: 400 };
  return [
    { type: 'ProjectionPaused', data: { projection } },
    { type: 'ProjectionResumed', data: { projection } },
    { type: 'ParkedStreamRetryRequested', data: { projection, stream, requestId } },
    {
      type: 'ParkedEventSkipped',
      data: {
        projection,
        stream,
        position: '1',
        eventId: requestId,
        type: 'DocumentTagged',
        reason: 'Empty.',
      },
    },
    {
      type: 'ProjectionRebuildRequested',
      data: {
        ...rebuild,
        purpose: 'rebuild',
        together: rebuildId,
        switch: 'by-hand',
        partitions: 1,
        soakSeconds: 60,
      },
    },
    { type: 'ProjectionRebuildPaused', data: rebuild },
    { type: 'ProjectionRebuildResumed', data: rebuild },
    { type: 'ProjectionRebuildThrottled', data: { ...rebuild, throttle: 5000 } },
    {
      type: 'ProjectionRebuildCertified',
      data: {
        ...rebuild,
        certificate: {
          projection,
          generation: day,
          version: 1,
          codeRevision: 'sha256:0',
          positions: { after: '-1', upTo: '1400' },
          eventsInLog: counts,
          eventsApplied: counts,
          eventsSkipped: {},
          eventsParked: {},
          entries: { document: 1000 },
          digest: '0'.repeat(64),
          seconds: 12,
        },
      },
    },
    { type: 'ProjectionSwitchRequested', data: { projection, requestId, generation: day } },
    { type: 'ProjectionSwitchRefused', data: { projection, generation: day, message: 'It is behind.' } },
    { type: 'ProjectionSwitched', data: { projection, from: day - 1, to: day, position: '1400' } },
    { type: 'ProjectionRebuildCancelled', data: rebuild },
    { type: 'ProjectionRebuildFailed', data: { ...rebuild, message: 'The store was away for too long.' } },
  ];
}
