/** A model did not come to an end with what it was asked, and was stopped. The text may be the reason: count the tries. */
export class ModelTimeoutError extends Error {
  override name = 'ModelTimeoutError';
}

/** A model's thread died of what it was asked (out of memory, most often). The text may be the reason: count the tries. */
export class ModelCrashError extends Error {
  override name = 'ModelCrashError';
}
