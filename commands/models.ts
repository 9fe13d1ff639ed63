import {
  type ModelAnswer,
  type ModelTask,
  modelAnswerSchema,
  type TaskEnvelope,
  type TaskTimes,
} from '#domain/model-task';
import type { Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';

/** Models as whoever has something for them to do sees them: over the bus. */
export type Models = {
  /**
   * Asks for a task, and checks what comes back.
   *
   * @param options.progress where the runner tells how the words come in
   * @throws as `request` does
   */
  ask<Request, Said>(
    task: ModelTask<Request, Said>,
    request: Request,
    options: { readonly signal: AbortSignal; readonly progress?: TaskEnvelope['progress'] },
  ): Promise<ModelAnswer<Said>>;
  /**
   * Asks something on a subject, and says how long it is waited for.
   *
   * @param options.generations how often a model may have to write for it
   * @throws as `Bus.request` does; what a model could not do is a `RemoteError`
   */
  request(
    subject: string,
    data: object,
    options: { readonly signal: AbortSignal; readonly generations: number },
  ): Promise<unknown>;
  /** Longest time, in milliseconds, that something takes for which models are asked so many times. */
  longestMs(asks: number, generations?: number): number;
};

/** What a model writes, and once more what cannot be used. */
const generationsOfTask = 2;
/** For all that is not writing: which model it is, a server that is busy. */
const roomMs = 60_000;
/** What the runner has to say about a task that took too long gets here before nobody listens any more. */
const answerMs = 10_000;
/** Neither a timer nor the log takes more milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Has a runner begin as long as one piece of work before it may take, and end in the time of its own generations: a slow
 * model is no reason to give up, and nothing is written for somebody who has gone.
 *
 * @param generationMs longest time for one answer of a model, milliseconds
 */
export function createModels(bus: Bus, generationMs: number): Models {
  const workMs = (generations: number) =>
    Math.min(generations * generationMs + roomMs, longestTimer / 2 - answerMs);
  const timeoutMs = (generations: number) => 2 * workMs(generations) + answerMs;

  const request: Models['request'] = (subject, data, { signal, generations }) => {
    const beginBy = Date.now() + workMs(generations);
    const times: TaskTimes = { beginBy, endBy: beginBy + workMs(generations) };
    const asked = { ...data, ...times, ...currentTrace() };
    return bus.request(subject, asked, { timeoutMs: timeoutMs(generations), signal });
  };

  return {
    async ask(task, asked, { signal, progress }) {
      const envelope: TaskEnvelope = { request: asked, ...(progress && { progress }) };
      const answer = await request(task.subject, envelope, { signal, generations: generationsOfTask });
      return modelAnswerSchema(task).parse(answer);
    },
    request,
    longestMs: (asks, generations = generationsOfTask) =>
      Math.min(asks * timeoutMs(generations), longestTimer),
  };
}
