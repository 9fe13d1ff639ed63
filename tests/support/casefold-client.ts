import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import { openedCaseSchema, uploadAnswerSchema, writtenSchema } from '#commands/contract';
import { type DocumentSummary, documentListSchema } from '#read-api/contract';

export type RequestOptions = {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out, the owner's token; null for none. */
  readonly token?: string | null;
  /** `Idempotency-Key`. */
  readonly key?: string;
  /** `X-Casefold-Position`. */
  readonly position?: string;
};

export type TestFile = {
  readonly fileName: string;
  readonly content: Uint8Array<ArrayBuffer> | string;
  readonly type?: string;
};

/** An answer that is no success. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly status: number;
  /** Seconds after which to come again, if it says so. */
  readonly retryAfter: number | undefined;
  constructor(path: string, status: number, body: string, retryAfter?: number) {
    super(`${path}: ${status} ${body}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export type CasefoldClient = ReturnType<typeof createClient>;

/** A file from a folder, under its own name. */
export const fileAt = (path: string): TestFile => ({ fileName: basename(path), content: readFileSync(path) });

/** A multipart form as a browser sends it. */
export function uploadForm(fields: Readonly<Record<string, string>>, files: readonly TestFile[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { fileName, content, type } of files) {
    form.append('file', new Blob([content], type ? { type } : {}), fileName);
  }
  return form;
}

/**
 * Talks HTTP to a running Casefold as the owner.
 *
 * @param address where it answers and the owner's token, asked before each request: both may change with a restart
 */
export function createClient(address: () => { readonly url: string; readonly token: string }) {
  function request(path: string, options: RequestOptions = {}): Promise<Response> {
    const { url, token } = address();
    const bearer = options.token === undefined ? token : options.token;
    return fetch(new URL(path, url), {
      method: options.method ?? (options.json === undefined && options.body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(bearer && { authorization: `Bearer ${bearer}` }),
        ...(options.json !== undefined && { 'content-type': 'application/json' }),
        ...(options.key && { 'idempotency-key': options.key }),
        ...(options.position && { 'x-casefold-position': options.position }),
        ...options.headers,
      },
      ...(options.json !== undefined && { body: JSON.stringify(options.json) }),
      ...(options.body !== undefined && { body: options.body }),
    });
  }

  /** The JSON of a successful answer. */
  async function json<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    options: RequestOptions = {},
  ): Promise<z.infer<Schema>> {
    const response = await request(path, options);
    const text = await response.text();
    if (!response.ok) {
      const retryAfter = response.headers.get('retry-after');
      throw new RefusedError(path, response.status, text, retryAfter ? Number(retryAfter) : undefined);
    }
    return schema.parse(JSON.parse(text));
  }

  async function* documents(caseId: string, position?: string): AsyncGenerator<DocumentSummary> {
    for (let cursor: string | undefined; ; ) {
      const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
      const page = await json(documentListSchema, `/api/cases/${caseId}/documents${query}`, {
        ...(position && { position }),
      });
      yield* page.items;
      cursor = page.next;
      if (!cursor) return;
    }
  }

  return {
    request,
    json,
    openCase: (name: string, options: RequestOptions = {}) =>
      json(openedCaseSchema, '/api/cases', { ...options, json: { name } }),
    upload: (caseId: string, files: readonly TestFile[], options: RequestOptions = {}) =>
      json(uploadAnswerSchema, '/api/upload', { ...options, body: uploadForm({ caseId }, files) }),
    /** A write about a document: `like`, `tags`, `view` … */
    act: (documentId: string, action: string, options: RequestOptions = {}) =>
      json(writtenSchema, `/api/documents/${documentId}/${action}`, { method: 'POST', ...options }),
    /** All documents of a case, page after page. */
    documents: (caseId: string, position?: string) => Array.fromAsync(documents(caseId, position)),
  };
}
