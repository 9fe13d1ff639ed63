import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { RuleViolation } from '#domain/decider';
import type { DocumentCommand } from '#domain/document/commands';
import { type DocumentState, documentDecider, documentStream } from '#domain/document/decider';
import type { DocumentEvent } from '#domain/document/events';
import { foldStream, handleCommand } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, jsonBody, refuseInvalid } from '#platform/http/openapi';
import { recordBehaviour } from '../behaviour.ts';
import { contextOfRequest } from '../command-context.ts';
import { retryBodySchema, tagsBodySchema, withdrawBodySchema, writtenSchema } from '../contract.ts';
import type { WriteApiPorts } from '../ports.ts';
import { writtenAnswer } from './written-answer.ts';

const params = z.object({ documentId: idSchema });

const route = <Method extends 'post' | 'put' | 'delete', Path extends string>(
  method: Method,
  path: Path,
  summary: string,
) =>
  createRoute({
    method,
    path,
    summary,
    request: { params },
    responses: { 202: json(writtenSchema, 'Recorded') },
  });

const bodyRoute = <Method extends 'post' | 'put', Path extends string, Schema extends z.ZodType>(
  method: Method,
  path: Path,
  summary: string,
  schema: Schema,
) =>
  createRoute({
    method,
    path,
    summary,
    request: { params, ...jsonBody(schema) },
    responses: { 202: json(writtenSchema, 'Recorded') },
  });

/** Documents of a person's doing: what they like, tag, withdraw, look at, and send round again. */
export function documentRoutes({ store }: WriteApiPorts) {
  async function handle(c: Context<ActorEnv>, documentId: string, command: DocumentCommand) {
    const stream = documentStream(documentId);
    const context = contextOfRequest(c);
    const { caseId } = await known(documentId);
    const handled = await handleCommand(store, documentDecider, stream, command, { ...context, caseId });
    return c.json(writtenAnswer(handled), 202);
  }

  async function known(documentId: string) {
    const state = await foldStream<DocumentState, DocumentEvent>(
      store,
      documentDecider,
      documentStream(documentId),
    );
    if (state.stage === 'unknown') {
      throw new RuleViolation('not-found', 'document-unknown', `There is no document ${documentId}.`);
    }
    return state;
  }

  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi(route('post', '/api/documents/{documentId}/like', 'Like a document'), (c) =>
      handle(c, c.req.valid('param').documentId, { type: 'LikeDocument', userId: c.get('actor').id }),
    )
    .openapi(route('delete', '/api/documents/{documentId}/like', 'Take a like back'), (c) =>
      handle(c, c.req.valid('param').documentId, { type: 'UnlikeDocument', userId: c.get('actor').id }),
    )
    .openapi(
      route('post', '/api/documents/{documentId}/view', 'Record that a document was looked at'),
      async (c) => {
        const { caseId, documentId } = await known(c.req.valid('param').documentId);
        const context = contextOfRequest(c);
        const { occurredAt } = context;
        const entries = [{ action: 'viewed' as const, caseId, documentId, occurredAt }];
        return c.json(writtenAnswer(await recordBehaviour(store, entries, context)), 202);
      },
    )
    .openapi(
      bodyRoute('put', '/api/documents/{documentId}/tags', 'Set the tags of a document', tagsBodySchema),
      (c) => handle(c, c.req.valid('param').documentId, { type: 'TagDocument', ...c.req.valid('json') }),
    )
    .openapi(
      bodyRoute(
        'post',
        '/api/documents/{documentId}/withdraw',
        'Withdraw a document from its case',
        withdrawBodySchema,
      ),
      (c) => handle(c, c.req.valid('param').documentId, { type: 'WithdrawDocument', ...c.req.valid('json') }),
    )
    .openapi(
      bodyRoute('post', '/api/documents/{documentId}/retry', 'Process a document again', retryBodySchema),
      (c) => handle(c, c.req.valid('param').documentId, { type: 'RetryDocument', ...c.req.valid('json') }),
    );
}
