import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { migrateControlPlane } from '#cli/migrate';
import { projectionPorts } from '#cli/projection-ports';
import { readModels } from '#cli/read-models';
import { createProjectionProcess, startProjections } from '#cli/role-projections';
import { createGate, tierIn } from '#commands/gate';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { DomainEvent } from '#domain/event';
import { type CasefoldEvent, eventRegistry } from '#domain/registry';
import { connect } from '#engines/connect';
import { passageVectorsBy } from '#gpu-runner/embedding-projector/read-model';
import { createBuiltInEmbedders } from '#gpu-runner/models/builtin/embedders';
import { readConfig } from '#platform/config';
import { putText } from '#platform/document-text';
import type { ActorEnv } from '#platform/http/actor';
import { newId } from '#platform/ids';
import { createLogger } from '#platform/log';
import { createPositionWaiter } from '#platform/position-waiter';
import { noTracer } from '#platform/telemetry';
import { createLogFeed } from '#projections/runner/log-feed';
import { createReadApi } from '#read-api/app';
import { createPassingProgress } from '#read-api/passing-progress';
import { createProjectionBoard } from '#read-api/projection-board';
import { storedModel } from '#read-api/queries/passage-vectors';

const person = { kind: 'person', id: 'ada' } as const;
/** Names another person who asks. */
export const actorHeader = 'x-test-actor';
const embedders = createBuiltInEmbedders();
const nameOf = ({ identity }: (typeof embedders)[number]) => `${identity.name}@${identity.version}`;

export type ReadSide = Awaited<ReturnType<typeof startReadSide>>;

/** The read API over the embedded engines in a folder of their own, and every projection behind it. */
export async function startReadSide() {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-read-'));
  const log = createLogger('read-side', 'warn');
  const config = readConfig({ dataFolder: folder, logLevel: 'warn' }, {});
  const clients = await connect(config, eventRegistry, log);
  const { store, postgres, graph, cache, bus, blobs } = clients;
  await migrateControlPlane(postgres);
  const positions = await createPositionWaiter(bus);
  const progress = await createPassingProgress(bus, log);
  const feed = createLogFeed(store, log);
  const models = [...readModels(blobs), passageVectorsBy(embedders, blobs)];
  const running = startProjections(createProjectionProcess(clients, feed, noTracer, log), models);
  const board = await createProjectionBoard(bus, log);

  async function embedQuery(text: string) {
    const stored = await storedModel(postgres.db);
    const model = embedders.find((each) => nameOf(each) === stored) ?? embedders[0];
    const [vector] = (await model?.embed([text], 'query')) ?? [];
    if (!model || !vector) throw new Error('The embedder gave no vector.');
    return { vector, model: nameOf(model) };
  }

  const reads: BehaviourEntry[] = [];
  const app = new Hono<ActorEnv>();
  app.use(async (c, next) => {
    c.set('actor', { ...person, id: c.req.header(actorHeader) ?? person.id });
    await next();
  });
  app.route(
    '/',
    createReadApi({
      db: postgres.db,
      graph,
      cache,
      blobs,
      positions,
      progress,
      gate: createGate(store),
      tierOf: tierIn(store),
      searchesWeb: config.searxngUrl !== undefined,
      embedQuery,
      graphWeights: config.graphWeights,
      recordRead: (_, entry) => void reads.push(entry),
      projections: { board, store, ...projectionPorts(clients, models).reads },
      log,
    }),
  );

  /** Appends an event and answers its position. */
  async function append(stream: string, event: CasefoldEvent, caseId?: string): Promise<string> {
    const { position } = await store.append(stream, [envelope(event, caseId)], 'any');
    return String(position);
  }

  /** Asks, having seen everything up to a position. */
  const get = (path: string, position?: string, headers: Record<string, string> = {}) =>
    app.request(path, { headers: { ...headers, ...(position && { 'X-Casefold-Position': position }) } });

  async function getJson(path: string, position?: string): Promise<unknown> {
    const response = await get(path, position);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  return {
    clients,
    log,
    app,
    reads,
    embedQuery,
    append,
    get,
    getJson,
    /** Resolves when every projection has applied everything up to a position. */
    async caughtUp(position: string) {
      const names = models.map(({ name }) => name);
      if (await positions.waitFor(names, BigInt(position), 120_000)) return;
      throw new Error(`Not caught up: ${JSON.stringify(running.statuses())}`);
    },
    putText: (text: string) => putText(blobs, text),
    async close() {
      await running.stop();
      await feed.close();
      await progress.close();
      await board.close();
      await positions.close();
      await clients.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function envelope<Event extends DomainEvent>(event: Event, caseId?: string) {
  const id = newId();
  return {
    ...event,
    id,
    metadata: {
      ...(caseId && { caseId }),
      actor: person,
      correlationId: id,
      causationId: id,
      occurredAt: new Date().toISOString(),
    },
  };
}

/** A text in passages of its paragraphs, as the structure that extraction stores. */
export function structureOf(text: string, longest = 1200) {
  const passages: { index: number; start: number; end: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const paragraph = text.lastIndexOf('\n\n', start + longest);
    const end =
      text.length - start <= longest || paragraph <= start
        ? Math.min(text.length, start + longest)
        : paragraph + 2;
    passages.push({ index: passages.length, start, end });
    start = end;
  }
  return { pages: [], sections: [], passages };
}

/** Appends what makes a document of a text searchable. */
export async function addText(
  side: ReadSide,
  {
    documentId,
    caseId,
    fileName,
    title,
    text,
  }: { documentId: string; caseId: string; fileName: string; title?: string; text: string },
): Promise<string> {
  const ids = { documentId, caseId };
  const { sha256, size } = await side.putText(text);
  const structure = structureOf(text);
  const { sha256: structureSha256 } = await side.putText(JSON.stringify(structure));
  const stream = `document-${documentId}`;
  await side.append(
    stream,
    { type: 'DocumentUploaded', data: { ...ids, fileName, sha256, size, mediaType: 'text/plain' } },
    caseId,
  );
  return side.append(
    stream,
    {
      type: 'DocumentTextExtracted',
      data: {
        ...ids,
        mediaType: 'text/plain',
        ...(title && { title }),
        text: { sha256, characters: text.length },
        structure: { sha256: structureSha256, pages: 0, sections: 0, passages: structure.passages.length },
        attachments: [],
        extractor: { name: 'test', version: '1' },
        warnings: [],
      },
    },
    caseId,
  );
}
