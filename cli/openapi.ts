import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';

type Document = ReturnType<OpenAPIHono<ActorEnv>['getOpenAPI31Document']>;

const info = {
  title: 'Casefold',
  version: '1',
  description:
    'Everything that happens in a case. Errors are problem documents (RFC 9457). A write answers `position`; sent back ' +
    'as `X-Casefold-Position`, a read sees at least that write. An `Idempotency-Key` makes any write safe to repeat.',
};

/** One OpenAPI 3.1 description of all the APIs that a process serves: paths that two of them share are joined. */
export function describeApis(apis: readonly OpenAPIHono<ActorEnv>[]): Document {
  const documents = apis.map((api) => api.getOpenAPI31Document({ openapi: '3.1.0', info }));
  const paths: NonNullable<Document['paths']> = {};
  for (const document of documents) {
    for (const [path, item] of Object.entries(document.paths ?? {}))
      paths[path] = { ...paths[path], ...item };
  }
  const schemas = Object.assign({}, ...documents.map((document) => document.components?.schemas));
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The token in <data>/owner-token' },
        session: { type: 'apiKey', in: 'cookie', name: 'casefold_session' },
      },
    },
    security: [{ token: [] }, { session: [] }],
  };
}
