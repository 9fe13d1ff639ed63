import { ServiceUnavailableError } from '#platform/service-unavailable';

/**
 * What an operating system or a network says when something is short or out of reach: a full disk, no file handles left,
 * a folder or a host that is away for now. It says nothing about the work that met it.
 */
const passingCodes = new Set([
  'EACCES',
  'EAGAIN',
  'EAI_AGAIN',
  'EBUSY',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EDQUOT',
  'EHOSTUNREACH',
  'EIO',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'ENOTCONN',
  'ENOTFOUND',
  'EPERM',
  'EPIPE',
  'EROFS',
  'ESTALE',
  'ETIMEDOUT',
]);

/**
 * True if the error, or what caused it, is one that ends by itself or by somebody looking after the machine: the system's,
 * or a {@link ServiceUnavailableError} of our own.
 */
export function isPassingSystemError(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ServiceUnavailableError) return true;
    if ('code' in cause && typeof cause.code === 'string' && passingCodes.has(cause.code)) return true;
  }
  return false;
}
