import { allProjections } from '#cli/role-projections';
import type { Clients } from '#engines/connect';
import { passageVectors } from '#gpu-runner/embedding-projector/projection';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import type { Projection } from '#projections/projection';
import { digestCache, digestGraph, digestPostgres, type PartDigest } from '#projections/runner/digest';

/** What all live read models hold, by `<projection> <part>`: equal content has equal digests on any engine. */
export type Digests = Readonly<Record<string, Omit<PartDigest, 'part'>>>;

/** The one place where tests look into how read models are kept. */
export async function digestsOf(clients: Clients): Promise<Digests> {
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
