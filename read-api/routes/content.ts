import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, problem, refuseInvalid } from '#platform/http/openapi';
import { Problem } from '#platform/http/problem';
import { contentDisposition } from '../http/content-disposition.ts';
import { positionParameter, sees } from '../http/sees.ts';
import { serveBlob } from '../http/serve-blob.ts';
import { servedType, untrustedContentHeaders } from '../http/served-type.ts';
import type { ReadApiPorts } from '../ports.ts';
import { findDocumentFile } from '../queries/document-detail.ts';

const params = z.object({ documentId: idSchema });
const parameters = [positionParameter];
const bytes = (type: string, description: string) => ({
  content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } },
  description,
});

const text = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}/text',
  summary: 'The extracted text as it is',
  parameters,
  request: { params },
  responses: {
    200: bytes('text/plain; charset=utf-8', 'The text, UTF-8'),
    404: problem('There is no such document, or no text of it yet'),
  },
});

const content = createRoute({
  method: 'get',
  path: '/api/documents/{documentId}/content',
  summary: 'The original bytes',
  description:
    'Takes a single byte range. What a browser might run is never shown in place, only downloaded.',
  parameters,
  request: {
    params,
    query: z.object({
      download: z.enum(['0', '1']).default('0').openapi({ description: '1: save, not show' }),
    }),
  },
  responses: {
    200: bytes('application/octet-stream', 'All bytes'),
    206: bytes('application/octet-stream', 'The bytes of the range'),
    404: problem('There is no such document'),
    416: problem('The range lies outside the content'),
  },
});

export const contentRoutes = ({ db, blobs, positions, recordRead }: ReadApiPorts) => {
  const middleware = sees(positions, ['document-list']);
  return new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid })
    .openapi({ ...text, middleware }, async (c) => {
      const { fileName, textSha256 } = await findDocumentFile(db, c.req.valid('param').documentId);
      if (!textSha256) {
        throw new Problem(404, 'no-text', 'There is no text yet', {
          detail: `The text of "${fileName}" is not extracted yet, or could not be: its stage tells.`,
        });
      }
      return serveBlob(c, blobs, textSha256, {
        ...untrustedContentHeaders,
        'Content-Type': 'text/plain; charset=utf-8',
      });
    })
    .openapi({ ...content, middleware }, async (c) => {
      const { documentId, caseId, fileName, mediaType, sha256 } = await findDocumentFile(
        db,
        c.req.valid('param').documentId,
      );
      const { contentType, disposition } = servedType(mediaType);
      const download = c.req.valid('query').download === '1';
      const response = await serveBlob(c, blobs, sha256, {
        ...untrustedContentHeaders,
        'Content-Type': contentType,
        'Content-Disposition': contentDisposition(download ? 'attachment' : disposition, fileName),
      });
      if (download && c.req.method === 'GET' && response.ok) {
        const occurredAt = new Date().toISOString();
        recordRead(c.get('actor'), { action: 'downloaded', caseId, documentId, occurredAt });
      }
      return response;
    });
};
