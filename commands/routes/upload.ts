import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { plainText } from '#domain/plain-text';
import type { ActorEnv } from '#platform/http/actor';
import { json } from '#platform/http/openapi';
import { invalidInput, Problem } from '#platform/http/problem';
import { BlobTooLargeError } from '#platform/ports';
import { contextOfRequest } from '../command-context.ts';
import { type UploadAnswer, type UploadedDocument, uploadAnswerSchema } from '../contract.ts';
import { safeFileName } from '../extraction/safe-file-name.ts';
import { type IncomingFile, readMultipart } from '../multipart.ts';
import type { WriteApiPorts } from '../ports.ts';
import { requireCase, uploadDocument } from '../upload-document.ts';

const upload = createRoute({
  method: 'post',
  path: '/api/upload',
  summary: 'Upload one file or many into a case',
  description:
    'Fields before the files: caseId, and if wanted custodian and claimedDate. Then one part for each file.',
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.object({
            caseId: z.string(),
            custodian: z.string().optional(),
            claimedDate: z.string().optional(),
            file: z.any().openapi({ type: 'string', format: 'binary' }),
          }),
        },
      },
    },
  },
  responses: { 202: json(uploadAnswerSchema, 'Every file is kept and on its way through the pipeline') },
});

const fieldsSchema = z.object({
  caseId: z.string({ error: 'Send the field caseId before the files.' }).pipe(plainText.min(1).max(100)),
  custodian: plainText.min(1).max(200).optional(),
  claimedDate: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
});

/**
 * The bytes stream into the blob store while their SHA-256 is computed, before anything parses them; then the event is
 * appended. A crash between the two leaves a blob that nothing names, and the client without an answer: sent again, the
 * same bytes meet the same blob and the same stream.
 */
export function uploadRoutes({ store, blobs, maxUploadBytes }: WriteApiPorts) {
  const app = new OpenAPIHono<ActorEnv>();
  // The body must stream, so the registered route only describes it and this handler checks it.
  app.openAPIRegistry.registerPath(upload);
  return app.post('/api/upload', async (c) => {
    const context = contextOfRequest(c);
    const documents: UploadedDocument[] = [];
    const cases = new Set<string>();
    let position = -1n;

    const take = async (incoming: IncomingFile) => {
      const parsed = fieldsSchema.safeParse(Object.fromEntries(incoming.fields));
      if (!parsed.success) throw invalidInput(parsed.error, 'The form');
      const fields = parsed.data;
      if (!cases.has(fields.caseId)) {
        await requireCase(store, fields.caseId);
        cases.add(fields.caseId);
      }
      const fileName = safeFileName(incoming.fileName, 'unnamed');
      const { sha256, size } = await blobs.put(incoming.content, { maxBytes: maxUploadBytes });
      const file = { ...fields, fileName, mediaType: incoming.mediaType, sha256, size };
      const outcome = await uploadDocument(store, file, context);
      if (outcome.position > position) position = outcome.position;
      const { documentId } = outcome;
      // The same bytes twice in one request are one command, so the log alone cannot tell.
      const duplicate = outcome.duplicate || documents.some((taken) => taken.documentId === documentId);
      documents.push({
        fileName,
        documentId,
        jobId: documentId,
        sha256,
        size,
        ...(duplicate && { duplicateOf: documentId }),
      });
    };

    try {
      await readMultipart(c.req.raw, take);
    } catch (error) {
      if (error instanceof BlobTooLargeError) throw tooLarge(maxUploadBytes, documents);
      throw error;
    }
    const [first] = documents;
    if (!first) {
      throw new Problem(422, 'no-file', 'The form holds no file', {
        detail: 'Add at least one part named "file".',
      });
    }
    const answer: UploadAnswer = { ...first, position: String(position), documents };
    return c.json(answer, 202);
  });
}

function tooLarge(maxBytes: number, taken: readonly UploadedDocument[]): Problem {
  const kept = taken.length > 0 ? ` The ${taken.length} file(s) before it were taken.` : '';
  return new Problem(413, 'file-too-large', 'A file is too large', {
    detail: `At most ${maxBytes.toLocaleString('en')} bytes a file are taken; CASEFOLD_MAX_UPLOAD_BYTES raises the limit.${kept}`,
  });
}
