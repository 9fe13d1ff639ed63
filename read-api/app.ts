import { OpenAPIHono } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { notFound } from '#platform/http/problem';
import { readProblems } from './http/store-away.ts';
import type { ReadApiPorts } from './ports.ts';
import { caseRoutes } from './routes/cases.ts';
import { contentRoutes } from './routes/content.ts';
import { documentRoutes } from './routes/documents.ts';
import { entityRoutes } from './routes/entities.ts';
import { graphSearchRoutes } from './routes/graph-search.ts';
import { historyRoutes } from './routes/history.ts';
import { insightRoutes } from './routes/insights.ts';
import { projectionRoutes } from './routes/projections.ts';
import { questionRoutes } from './routes/questions.ts';
import { recommendationRoutes } from './routes/recommendations.ts';
import { reportRoutes } from './routes/reports.ts';
import { searchRoutes } from './routes/search.ts';
import { statusRoutes } from './routes/status.ts';

/** The read API. Whoever mounts it establishes the actor in front of it, and serves `getOpenAPI31Document` of it. */
export function createReadApi(ports: ReadApiPorts) {
  const app = new OpenAPIHono<ActorEnv>()
    .route('/', statusRoutes(ports))
    .route('/', projectionRoutes({ ...ports.projections, positions: ports.positions }))
    .route('/', caseRoutes(ports))
    .route('/', documentRoutes(ports))
    .route('/', contentRoutes(ports))
    .route('/', entityRoutes(ports))
    .route('/', historyRoutes(ports))
    .route('/', insightRoutes(ports))
    .route('/', questionRoutes(ports))
    .route('/', recommendationRoutes(ports))
    .route('/', reportRoutes(ports))
    .route('/', searchRoutes(ports))
    .route('/', graphSearchRoutes(ports));
  app.onError(readProblems(ports.log));
  app.notFound(notFound);
  return app;
}

/** For a typed client: `hc<ReadApi>(origin)`. */
export type ReadApi = ReturnType<typeof createReadApi>;
