import { allProjections } from '#cli/role-projections';
import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import { passageVectors } from '#gpu-runner/embedding-projector/projection';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import { readConfig } from '#platform/config';
import { createLogger } from '#platform/log';
import type { Projection } from '#projections/projection';
import { digestCache, digestGraph, digestPostgres, type PartDigest } from '#projections/runner/digest';

/** Opens the data of a Casefold that does not run: its engines alone, no role. */
export async function withStores<Result>(
  folder: string,
  look: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const config = readConfig({ dataFolder: folder, logLevel: 'warn' }, {});
  const clients = await connect(config, eventRegistry, createLogger('stores', 'warn'));
  try {
    return await look(clients);
  } finally {
    await clients.close();
  }
}

/** Digests of everything all live read models hold: `document-list document` and so on. */
export async function digestsOf(clients: Clients): Promise<Record<string, Omit<PartDigest, 'part'>>> {
  const projections = [
    ...allProjections(clients.blobs),
    passageVectors(createLexicalEmbedder(), clients.blobs),
  ];
  const digests: Record<string, Omit<PartDigest, 'part'>> = {};
  for (const projection of projections) {
    for (const { part, ...digest } of await digestOf(clients, projection)) {
      digests[`${projection.name} ${part}`] = digest;
    }
  }
  return digests;
}

function digestOf({ postgres, graph, cache }: Clients, projection: Projection) {
  switch (projection.sink) {
    case 'postgres':
      return digestPostgres(postgres.db, projection, 'read');
    case 'graph':
      return digestGraph(graph, projection, projection.version);
    case 'cache':
      return digestCache(cache, projection, projection.version);
  }
}
