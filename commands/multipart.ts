import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { Problem } from '#platform/http/problem';

/** One file of a multipart request, while its bytes come in. */
export type IncomingFile = {
  /** As the sender gave it: not safe. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** The text fields that came before the file. */
  readonly fields: ReadonlyMap<string, string>;
};

const limits = { fields: 20, fieldSize: 4096, files: 1000, parts: 1020, headerPairs: 50 };

/**
 * Reads a `multipart/form-data` request (RFC 7578) as it streams in, a file at a time: the next is read when `take` has
 * finished with the one before, so nothing is held in memory.
 *
 * @returns the text fields of the whole form
 * @throws {Problem} 415 or 400 where it is no such request, or breaks off
 */
export async function readMultipart(
  request: Request,
  take: (file: IncomingFile) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!contentType.startsWith('multipart/form-data')) {
    throw new Problem(415, 'not-multipart', 'Send the files as multipart/form-data');
  }
  if (!request.body) throw new Problem(400, 'empty-request', 'The request has no body');
  const fields = new Map<string, string>();
  const parser = openParser({ 'content-type': contentType });
  const open = new Set<Readable>();
  let taking = Promise.resolve();
  let failure: unknown;
  let broken: Problem | undefined;
  const breakOff = (error: Error) => {
    broken ??= new Problem(400, 'broken-form', 'The upload broke off or is no valid form', {
      detail: `${error.message}. Nothing of the file that was under way is kept; send it again.`,
    });
  };

  parser.on('field', (name, value) => fields.set(name, value));
  parser.on('file', (_name, content, fileName, _encoding, mediaType) => {
    open.add(content);
    content.once('close', () => open.delete(content));
    // Told before anybody may have begun to read it; an error that nobody listens to would end the process.
    content.on('error', breakOff);
    const file = {
      fileName: fileName ?? '',
      mediaType,
      // Whoever stops in the middle must not destroy the stream: the parser would wait for ever for it to be read.
      content: content.iterator({ destroyOnReturn: false }),
      fields: new Map(fields),
    };
    taking = taking
      .then(() => (failure ? undefined : take(file)))
      .catch((error: unknown) => {
        failure ??= broken ?? error;
      })
      // What nobody reads would hold up the rest of the request.
      .finally(() => content.resume());
  });
  const limited = (what: string) => () => {
    failure ??= new Problem(413, 'too-many-parts', `The form has too many ${what}`);
  };
  parser
    .on('filesLimit', limited('files'))
    .on('fieldsLimit', limited('fields'))
    .on('partsLimit', limited('parts'));

  try {
    await pipeline(Readable.fromWeb(request.body as import('node:stream/web').ReadableStream), parser);
  } catch (error) {
    breakOff(error instanceof Error ? error : new Error(String(error)));
    // The parser leaves a file half read when the request breaks off; whoever takes it must learn of that.
    for (const content of open) content.destroy(new Error('The upload broke off.'));
    await taking;
    throw failure ?? broken;
  }
  await taking;
  if (failure) throw failure;
  return fields;
}

function openParser(headers: BusboyHeaders): BusboyInstance {
  try {
    return new Busboy({ headers, limits, isPartAFile: (_field, _type, fileName) => fileName !== undefined });
  } catch (error) {
    throw new Problem(400, 'broken-form', 'This is no valid multipart form', { detail: String(error) });
  }
}
