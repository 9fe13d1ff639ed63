import { once } from 'node:events';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** What a collector is told of one upload by the running product. */
let collector: OtlpReceiver;
let casefold: Product;
beforeAll(async () => {
  collector = await startOtlpReceiver();
  casefold = await startProduct({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
});
afterAll(async () => {
  await casefold?.stop();
  await collector?.close();
});

const content = 'Ada Lovelace wrote to Charles Babbage about the engine in London on 10 July 1843. '.repeat(
  8,
);

/** The names from a span up to the root of its trace. */
function pathOf(span: ReceivedSpan): string[] {
  const parent = collector.spans.find(
    ({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId,
  );
  if (span.parentSpanId && !parent) return [span.name, '?'];
  return parent ? [span.name, ...pathOf(parent)] : [span.name];
}

/** @param last the span that ends last */
async function uploadTraced(fileName: string, text: string, last: string, traceparent?: string) {
  const { caseId } = await casefold.openCase('Traced');
  const { documentId } = await casefold.upload(
    caseId,
    [{ fileName, content: text }],
    traceparent ? { headers: { traceparent } } : {},
  );
  return until('the document is ready and its trace with the collector', async () => {
    const document = (await casefold.documents(caseId)).find((each) => each.documentId === documentId);
    const root = collector.spans.filter(({ name }) => name === 'POST /api/upload').at(-1);
    const spans = collector.spans.filter(({ traceId }) => traceId === root?.traceId);
    const paths = spans.map(pathOf);
    // Spans come with the collector a batch at a time, those of one moment perhaps in two.
    const whole =
      paths.some((path) => path.includes('append SimilarDocumentsFound') && path[0] === last) &&
      !paths.flat().includes('?');
    return document?.stage === 'ready' && root && whole && { root, spans };
  });
}

test('one upload is one trace, from the request to the last reactor, each span under what caused it', async () => {
  const socket = new WebSocket(`${casefold.url.replace('http', 'ws')}/live`, {
    headers: { authorization: `Bearer ${casefold.token}` },
  });
  onTestFinished(() => socket.close());
  await once(socket, 'message');
  const sender = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const { root, spans } = await uploadTraced(
    'a-name-nobody-else-is-to-see.txt',
    content,
    'push live',
    `00-${sender.traceId}-${sender.spanId}-01`,
  );
  expect(root.parentSpanId).toBeUndefined();
  expect(root.links).toMatchObject([sender]);
  expect(root.attributes).toMatchObject({ 'http.route': '/api/upload', 'http.response.status_code': 202 });
  expect(root.attributes['casefold.correlation_id']).toHaveLength(36);
  expect(String(root.attributes['casefold.correlation_id']).replaceAll('-', '')).toBe(root.traceId);

  const upload = ['append DocumentUploaded', 'handle UploadDocument', 'POST /api/upload'];
  const extraction = [
    'append DocumentTextExtracted',
    'handle RecordDocumentText',
    'react extraction',
    ...upload,
  ];
  const analysis = [
    'append DocumentAnalysed',
    'handle RecordDocumentAnalysis',
    'react analysis',
    ...extraction,
  ];
  const linking = [
    'append SimilarDocumentsFound',
    'handle RecordSimilarDocuments',
    'react linking',
    ...analysis,
  ];
  const paths = spans.map(pathOf);
  for (const path of [
    linking,
    ['infer gpu.analyse', 'react analysis', ...extraction],
    ['infer gpu.similar', 'react linking', ...analysis],
    ['push live', ...linking],
  ]) {
    expect(paths).toContainEqual(path);
  }
  expect(paths.flat()).not.toContain('?');
  expect(collector.resource()).toMatchObject({ 'service.name': 'casefold' });
  expect(collector.text()).not.toMatch(/a-name-nobody|Lovelace|Babbage|Traced/);
});

test('a large upload, that comes in many pieces, is one trace too', async () => {
  const { spans } = await uploadTraced('large.txt', content.repeat(3000), 'append SimilarDocumentsFound');
  expect(spans.map(pathOf)).toContainEqual([
    'append DocumentUploaded',
    'handle UploadDocument',
    'POST /api/upload',
  ]);
});

test('what only reads makes no spans', async () => {
  const before = collector.spans.length;
  await casefold.request('/api/cases');
  await casefold.openCase('After');
  await until('the write after it is with the collector', () => collector.spans.length > before);
  expect(collector.spans.slice(before).filter(({ name }) => name.startsWith('GET'))).toEqual([]);
});

test('a collector that is away holds up neither the work nor the stop, and is told of', async () => {
  const gone = await startOtlpReceiver();
  await gone.close();
  const other = await startProduct({ settings: { OTEL_EXPORTER_OTLP_ENDPOINT: gone.endpoint } });
  const { caseId } = await other.openCase('Untraced');
  await other.upload(caseId, [{ fileName: 'a.txt', content }]);
  await until('the document is ready', async () => {
    const [document] = await other.documents(caseId);
    return document?.stage === 'ready';
  });
  expect(await other.stop()).toBe(0);
  expect(other.printed()).toContain('the last spans were not sent');
});
