import { type ModelAnswer, type ModelTask, modelAnswerSchema, type TaskEnvelope } from '#domain/model-task';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';

/** Longer than a runner gives a task and the ones before it, so that its own reason gets here first. */
export const modelTimeoutMs = 15 * 60_000;

/**
 * Asks a model over the bus, and checks what comes back.
 *
 * @param options.progress where the runner tells how the words come in
 * @throws as `Bus.request` does; what a model could not do is a `RemoteError`
 */
export async function askModel<Request, Said>(
  bus: Bus,
  task: ModelTask<Request, Said>,
  request: Request,
  options: { readonly signal: AbortSignal; readonly progress?: TaskEnvelope['progress'] },
): Promise<ModelAnswer<Said>> {
  const { signal, progress } = options;
  const envelope: TaskEnvelope = { request, ...(progress && { progress }), ...currentTrace() };
  const answer = await bus.request(task.subject, envelope, { timeoutMs: modelTimeoutMs, signal });
  return modelAnswerSchema(task).parse(answer);
}
