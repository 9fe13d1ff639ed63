import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** The `exception` trailer by which EventStoreDB's clients tell errors apart. */
export type ExceptionName =
  | 'stream-deleted'
  | 'wrong-expected-version'
  | 'maximum-append-size-exceeded'
  | 'missing-required-metadata-property'
  | 'persistent-subscription-failed'
  | 'persistent-subscription-does-not-exist'
  | 'persistent-subscription-exists'
  | 'persistent-subscription-dropped'
  | 'maximum-subscribers-reached';

/**
 * Makes the error a call ends with.
 *
 * @param trailers further trailers, such as `stream-name`; percent-encoded where they are not plain ASCII, because
 *   HTTP/2 headers are
 */
export function serviceError(
  code: status,
  details: string,
  trailers: { exception?: ExceptionName } & Record<string, string> = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, asciiOnly(value));
  return Object.assign(new Error(details), { code, details: asciiOnly(details), metadata });
}

export function invalidArgument(details: string): ServiceError {
  return serviceError(status.INVALID_ARGUMENT, details);
}

/** Clients crash on this error when `stream-name` is missing. */
export function streamDeleted(stream: string): ServiceError {
  return serviceError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

/** Whatever was thrown, as an error that a call can end with. */
export function toServiceError(error: unknown): ServiceError {
  if (isServiceError(error)) return error;
  return serviceError(status.INTERNAL, error instanceof Error ? error.message : String(error));
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}

function asciiOnly(value: string): string {
  return value.replace(/[^\x20-\x7e]+/gu, (part) => encodeURIComponent(part.toWellFormed()));
}
