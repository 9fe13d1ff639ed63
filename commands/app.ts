import { OpenAPIHono } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { notFound, problems } from '#platform/http/problem';
import type { WriteApiPorts } from './ports.ts';
import { behaviourRoutes } from './routes/behaviour.ts';
import { caseRoutes } from './routes/cases.ts';
import { demoRoutes } from './routes/demo.ts';
import { documentRoutes } from './routes/documents.ts';
import { entityRoutes } from './routes/entities.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { projectionRoutes } from './routes/projections.ts';
import { questionRoutes } from './routes/questions.ts';
import { recommendationRoutes } from './routes/recommendations.ts';
import { reportRoutes } from './routes/reports.ts';
import { uploadRoutes } from './routes/upload.ts';
import { userRoutes } from './routes/users.ts';

/** The write API. Whoever mounts it establishes the actor in front of it. */
export function createWriteApi(ports: WriteApiPorts) {
  const app = new OpenAPIHono<ActorEnv>()
    .route('/', caseRoutes(ports))
    .route('/', documentRoutes(ports))
    .route('/', entityRoutes(ports))
    .route('/', behaviourRoutes(ports))
    .route('/', demoRoutes(ports))
    .route('/', notificationRoutes(ports))
    .route('/', projectionRoutes(ports.projections))
    .route('/', questionRoutes(ports))
    .route('/', recommendationRoutes(ports))
    .route('/', reportRoutes(ports))
    .route('/', uploadRoutes(ports))
    .route('/', userRoutes(ports));
  app.onError(problems(ports.log));
  app.notFound(notFound);
  return app;
}

export type WriteApi = ReturnType<typeof createWriteApi>;
