/** What a model said cannot be used: not in the shape asked for, or resting on what is not there. Nothing of it is kept. */
export class ModelOutputError extends Error {
  override name = 'ModelOutputError';
}
