import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const valueSchema = z
  .object({
    stringValue: z.string(),
    intValue: z.union([z.number(), z.string()]),
    doubleValue: z.number(),
    boolValue: z.boolean(),
    arrayValue: z.unknown(),
  })
  .partial()
  .transform((value) => Object.values(value)[0]);

const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])));

const spanSchema = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: attributesSchema,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).optional(),
  status: z.object({ code: z.number().default(0), message: z.string().optional() }),
});
export type ReceivedSpan = z.infer<typeof spanSchema>;

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

export type OtlpReceiver = {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** Attributes of the resource of the last request. */
  resource(): Readonly<Record<string, unknown>>;
  headers(): IncomingHttpHeaders;
  /** The text of all that came. */
  text(): string;
  close(): Promise<void>;
};

/** A collector: takes OTLP over HTTP in its JSON form, and refuses what is none. */
export async function startOtlpReceiver(port = 0): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  let resource: Record<string, unknown> = {};
  let headers: IncomingHttpHeaders = {};
  const server = createServer(async (request, response) => {
    const body = await json(request).catch(() => undefined);
    const parsed = requestSchema.safeParse(body);
    if (request.method !== 'POST' || request.url !== '/v1/traces' || !parsed.success) {
      response.writeHead(400).end();
      return;
    }
    headers = request.headers;
    bodies.push(JSON.stringify(body));
    for (const each of parsed.data.resourceSpans) {
      resource = each.resource.attributes;
      spans.push(...each.scopeSpans.flatMap((scope) => scope.spans));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    resource: () => resource,
    headers: () => headers,
    text: () => bodies.join('\n'),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
