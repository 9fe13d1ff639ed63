import { createHash } from 'node:crypto';
import type { Provenance } from '#domain/document/events';
import { type ModelAnswer, type ModelTask, taskEnvelopeSchema } from '#domain/model-task';
import type { Logger } from '#platform/log';
import { isPassingSystemError } from '#platform/passing-error';
import type { Bus } from '#platform/ports';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { noTracer, parseTraceparent, type Tracer } from '#platform/telemetry';
import type { TextModel } from '../models/model.ts';
import { type InTurn, takingTurns } from './in-turn.ts';
import type { ResultCache } from './result-cache.ts';
import { runPrompted } from './run-prompted.ts';
import type { TaskImplementation } from './task.ts';

export type TaskPorts = {
  readonly bus: Bus;
  readonly cache: ResultCache;
  /** Does every task by its prompt; without one the built-in code does. One or the other, never one instead of the other. */
  readonly textModel?: TextModel;
  readonly tracer?: Tracer;
  readonly log: Logger;
};

/** A task whose types are between itself and whoever asks. */
export type AnyTask = { serve(ports: TaskPorts, signal: AbortSignal): Promise<() => Promise<void>> };

/** Words that come in are told this often, milliseconds: a person reads no faster. */
const tellEveryMs = 150;

/** Makes a task ready to be served; several runners compete for its requests. */
export const servedTask = <Request, Said>(
  task: ModelTask<Request, Said>,
  implementation: TaskImplementation<Request, Said>,
): AnyTask => ({
  serve(ports, signal) {
    const inTurn = takingTurns(implementation.concurrency);
    // All are taken, and wait in here: on the bus, one that waits too long could not be told.
    return ports.bus.respond(task.subject, { queue: 'gpu-runner', concurrency: Infinity }, (data) =>
      answer(ports, task, implementation, inTurn, data, signal),
    );
  },
});

/**
 * Serves tasks until the returned function is called, which ends what is in hand: whoever asked is told to come again.
 */
export async function serveTasks(ports: TaskPorts, tasks: readonly AnyTask[]): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const stops = await Promise.all(tasks.map((task) => task.serve(ports, stopping.signal)));
  return async () => {
    stopping.abort(new ServiceUnavailableError('The runner is being stopped.'));
    await Promise.all(stops.map((stop) => stop()));
  };
}

function answer<Request, Said>(
  ports: TaskPorts,
  task: ModelTask<Request, Said>,
  implementation: TaskImplementation<Request, Said>,
  inTurn: InTurn,
  data: unknown,
  signal: AbortSignal,
): Promise<ModelAnswer<Said>> {
  const envelope = taskEnvelopeSchema.parse(data);
  const request = task.request.parse(envelope.request);
  const work = async () => {
    try {
      return await inTurn(envelope, signal, (whileWanted) =>
        perform(ports, task, implementation, request, tellOf(ports, envelope.progress), whileWanted),
      );
    } catch (error) {
      if (error instanceof ServiceUnavailableError || !isPassingSystemError(error)) throw error;
      throw new ServiceUnavailableError('What the runner works with is away.', { cause: error });
    }
  };
  const parent = parseTraceparent(envelope.traceparent);
  if (!parent) return work();
  const attributes = { 'messaging.destination.name': task.subject, 'messaging.operation.type': 'process' };
  return (ports.tracer ?? noTracer).span(
    `infer ${task.subject}`,
    { parent, kind: 'server', attributes },
    work,
  );
}

async function perform<Request, Said>(
  { textModel, cache }: TaskPorts,
  task: ModelTask<Request, Said>,
  { textsOf, builtIn, prompted }: TaskImplementation<Request, Said>,
  request: Request,
  onText: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<ModelAnswer<Said>> {
  const inputs = [...new Set(textsOf(request).map(sha256))];
  if (!textModel) {
    const said = task.said.parse(await builtIn.run(request, signal));
    return { said, provenance: { model: builtIn.identity, parameters: builtIn.parameters ?? {}, inputs } };
  }
  const { prompt, parameters } = prompted;
  const { said, identity, repaired, cached } = await runPrompted(textModel, prompted, request, {
    cache,
    signal,
    ...(onText && { onText }),
  });
  const provenance: Provenance = {
    model: identity,
    prompt: { id: prompt.id, version: prompt.version },
    parameters: { ...parameters, ...(repaired && { repaired }) },
    inputs,
    ...(cached && { cached }),
  };
  return { said: task.said.parse(said), provenance };
}

/** Tells how the words come in, as often as a person can read them. */
function tellOf(
  { bus, log }: TaskPorts,
  progress: { subject: string; message: Record<string, unknown> } | undefined,
): ((text: string) => void) | undefined {
  if (!progress) return undefined;
  let last = 0;
  return (text) => {
    const now = Date.now();
    if (now - last < tellEveryMs) return;
    last = now;
    bus
      .publish(progress.subject, { ...progress.message, text })
      // Progress is a courtesy; the log says what is true.
      .catch((error: unknown) => log.debug({ err: error }, 'progress could not be told'));
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
