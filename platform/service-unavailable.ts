/** What was asked cannot be done just now and will be possible again by itself; whoever asked should ask again. */
export class ServiceUnavailableError extends Error {
  override name = 'ServiceUnavailableError';
}
