import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { createTracer, currentTrace, type Tracer, traceIdOf, withinSpan } from '#platform/telemetry';
import { type OtlpReceiver, startOtlpReceiver } from '#tests/support/otlp-receiver';
import { spanIdOfEvent } from './span-ids.ts';

/** The exporter's own client, talking to a collector over HTTP. */
const log = createLogger('test', 'silent');
let collector: OtlpReceiver;
let tracer: Tracer;
beforeEach(async () => {
  collector = await startOtlpReceiver();
});
afterEach(async () => {
  await tracer.close();
  await collector.close();
});

const open = async (settings: { endpoint?: string; sampleRatio?: number } = {}) => {
  tracer = await createTracer(
    {
      endpoint: collector.endpoint,
      headers: { 'x-key': 'secret' },
      serviceName: 'casefold-test',
      sampleRatio: 1,
      ...settings,
    },
    ['commands'],
    log,
  );
};
const named = (name: string) => collector.spans.find((span) => span.name === name);
const rootOf = (correlationId: string) => ({ parent: { traceId: traceIdOf(correlationId) } });

const event = (correlationId: string, causationId = correlationId): RecordedEvent => ({
  id: newId(),
  type: 'DocumentUploaded',
  data: { fileName: 'the-secret-name.pdf' },
  stream: 'document-d',
  revision: 0n,
  position: 7n,
  created: new Date(0),
  metadata: {
    caseId: 'c',
    actor: { kind: 'person', id: 'ada' },
    correlationId,
    causationId,
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00Z',
  },
});
const now = () => ({ startedAt: Date.now(), seconds: 0.25 });

test('a command, its event and what applies it are one tree, found by what the log holds alone', async () => {
  await open();
  const correlationId = newId();
  const uploaded = event(correlationId);
  await tracer.span('POST /api/upload', { ...rootOf(correlationId), kind: 'server' }, () =>
    withinSpan('handle UploadDocument', correlationId, {}, async () => {
      tracer.appended('document-d', [uploaded], now());
    }),
  );
  // Another process, which has only the event.
  const other = await createTracer(
    { endpoint: collector.endpoint, headers: {}, serviceName: 'other', sampleRatio: 1 },
    [],
    log,
  );
  other.applied({ projection: 'document-list', generation: 3, events: [uploaded], ...now() });
  other.pushed(uploaded, 2);
  await tracer.close();
  expect(collector.headers()['x-key']).toBe('secret');
  expect(collector.resource()).toMatchObject({ 'service.name': 'casefold-test' });
  await other.close();

  const [root, handled, appended] = [
    'POST /api/upload',
    'handle UploadDocument',
    'append DocumentUploaded',
  ].map(named);
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(correlationId)]));
  expect(root?.parentSpanId).toBeUndefined();
  expect(handled?.parentSpanId).toBe(root?.spanId);
  expect(appended).toMatchObject({ parentSpanId: handled?.spanId, spanId: spanIdOfEvent(uploaded.id) });
  const applied = named('apply document-list');
  expect(applied?.parentSpanId).toBe(appended?.spanId);
  expect(applied?.attributes).toMatchObject({
    'messaging.system': 'eventstoredb',
    'messaging.message.id': uploaded.id,
    'messaging.message.conversation_id': correlationId,
    'casefold.event.position': '7',
    'casefold.projection.generation': 3,
  });
  expect((applied?.endTimeUnixNano ?? 0n) - (applied?.startTimeUnixNano ?? 0n)).toBe(250_000_000n);
  expect(named('push live')).toMatchObject({ parentSpanId: appended?.spanId });
  expect(collector.text()).not.toContain('the-secret-name');
});

test('an event that another event caused goes under that one, with no work around it', async () => {
  await open();
  const correlationId = newId();
  const cause = event(correlationId);
  tracer.appended('document-d', [event(correlationId, cause.id)], now());
  await tracer.close();
  expect(collector.spans[0]?.parentSpanId).toBe(spanIdOfEvent(cause.id));
});

test('work of another correlation id has a trace of its own, linked to the one it began in', async () => {
  await open();
  const [outer, inner] = [newId(), newId()];
  await tracer.span('outer', rootOf(outer), () => withinSpan('inner', inner, {}, async () => {}));
  await tracer.close();
  expect(named('inner')).toMatchObject({
    traceId: traceIdOf(inner),
    links: [{ traceId: traceIdOf(outer), spanId: named('outer')?.spanId }],
  });
  expect(named('inner')?.parentSpanId).toBeUndefined();
});

test('a throw marks the span by its name, never by its message', async () => {
  await open();
  const fault = new RangeError('the-secret-name.pdf is too long');
  const work = tracer.span('work', rootOf(newId()), () => Promise.reject(fault));
  await expect(work).rejects.toBe(fault);
  await tracer.close();
  expect(named('work')).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'RangeError' } });
  expect(collector.text()).not.toContain('the-secret-name');
});

test('outside of any span, work is only run, and a request carries no trace', async () => {
  await open();
  expect(await withinSpan('work', newId(), {}, async () => currentTrace())).toEqual({});
  const inside = await tracer.span('work', rootOf(newId()), async () => currentTrace());
  expect(inside.traceparent).toContain('00-');
  await tracer.close();
  expect(collector.spans).toHaveLength(1);
});

test('of a batch so many events are shown, and of a share of traces each whole', async () => {
  await open({ sampleRatio: 0.5 });
  const events = Array.from({ length: 1000 }, () => event(newId()));
  for (const one of events) {
    tracer.appended('document-d', [one], now());
    tracer.applied({ projection: 'document-list', generation: 1, events: [one], ...now() });
  }
  tracer.applied({ projection: 'case-graph', generation: 1, events, ...now() });
  await tracer.close();
  const traces = (name: string) =>
    collector.spans.filter((span) => span.name === name).map(({ traceId }) => traceId);
  expect(traces('apply document-list')).toEqual(traces('append DocumentUploaded'));
  expect(traces('apply document-list').length).toBeGreaterThan(350);
  expect(traces('apply document-list').length).toBeLessThan(650);
  expect(traces('apply case-graph')).toHaveLength(64);
  expect(traces('append DocumentUploaded')).toEqual(expect.arrayContaining(traces('apply case-graph')));
});

test('while nobody takes the spans they are bounded and counted, and neither work nor the end waits', async () => {
  // Takes each request, and never answers.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  await open({ endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const began = performance.now();
  for (let made = 0; made < 10_000; made++) tracer.appended('document-d', [event(newId())], now());
  expect(tracer.counts()).toEqual({ exported: 0, dropped: 10_000 - 4096 });
  await tracer.close();
  // Ten seconds is what an export is given.
  expect(performance.now() - began).toBeLessThan(9000);
  silent.closeAllConnections();
  silent.close();
});

test('what was sent makes room again', async () => {
  await open();
  for (let sent = 3000; sent <= 9000; sent += 3000) {
    for (let made = 0; made < 3000; made++) tracer.appended('document-d', [event(newId())], now());
    await expect.poll(() => tracer.counts(), { timeout: 20_000 }).toEqual({ exported: sent, dropped: 0 });
  }
});

test('a collector that refuses costs those spans only', async () => {
  const port = Number(new URL(collector.endpoint).port);
  await collector.close();
  const refusing = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => refusing.listen(port, '127.0.0.1', resolve));
  await open();
  tracer.appended('document-d', [event(newId()), event(newId())], now());
  await expect.poll(() => tracer.counts(), { timeout: 20_000 }).toEqual({ exported: 0, dropped: 2 });
  refusing.closeAllConnections();
  await new Promise((resolve) => refusing.close(resolve));
  collector = await startOtlpReceiver(port);
  tracer.appended('document-d', [event(newId())], now());
  await expect.poll(() => tracer.counts(), { timeout: 20_000 }).toEqual({ exported: 1, dropped: 2 });
});
