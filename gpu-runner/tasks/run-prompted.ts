import { z } from 'zod';
import { parsedJson } from '#platform/parsed-json';
import type { ModelIdentity, TextModel } from '../models/model.ts';
import { dataBlock } from '../prompts/data-block.ts';
import { ModelOutputError } from './model-output-error.ts';
import { type ResultCache, resultKey } from './result-cache.ts';
import type { PromptedTask } from './task.ts';

export type PromptedOptions = {
  readonly cache: ResultCache;
  readonly signal?: AbortSignal;
  /** Told what was written so far, again and again. */
  readonly onText?: (text: string) => void;
};

/** What a model said to a task, and how it came. */
export type PromptedAnswer<Said> = {
  readonly said: Said;
  readonly identity: ModelIdentity;
  /** True if its first output could not be used. */
  readonly repaired: boolean;
  /** True if it was said before. */
  readonly cached: boolean;
};

/** An output as it is kept; what is kept in any other shape is not known. */
const keptSchema = z.object({ output: z.string(), repaired: z.boolean() });

/**
 * Has a text model do a task: asks for JSON of one shape, checks what comes, and gives one chance to mend it. Only an
 * output that was accepted is kept.
 *
 * @returns what was said, and whether it was mended or known already
 * @throws {ModelOutputError} if the second output is no better; nothing of either is used
 * @throws whatever the model throws: a `ServiceUnavailableError` while it is away
 */
export async function runPrompted<Request, Said>(
  model: TextModel,
  { prompt, parameters, format, render, read }: PromptedTask<Request, Said>,
  request: Request,
  { cache, signal, onText }: PromptedOptions,
): Promise<PromptedAnswer<Said>> {
  const identity = await model.identity(signal);
  const input = render(request);
  const key = resultKey(identity, prompt, parameters, input);
  const known = readKept(await cache.get(key));
  if (known) {
    const accepted = accept(known.output);
    if (accepted.ok) return { said: accepted.said, identity, repaired: known.repaired, cached: true };
  }
  const first = await write(input);
  let accepted = accept(first);
  const repaired = !accepted.ok;
  let output = first;
  if (!accepted.ok) {
    // What was wrong may quote the output, and so a document: it is material like any other.
    output = await write(
      `${input}\n\nYour answer before was refused:\n\n${dataBlock('reason', accepted.fault)}\n\nAnswer again, with JSON of the shape asked for and nothing else.`,
    );
    accepted = accept(output);
  }
  if (!accepted.ok) {
    throw new ModelOutputError(`${identity.name} gave no usable answer, twice. The last: ${accepted.fault}`);
  }
  await cache.put(key, JSON.stringify({ output, repaired }));
  return { said: accepted.said, identity, repaired, cached: false };

  function write(text: string): Promise<string> {
    let written = '';
    return model.generate(
      { system: prompt.system, prompt: text, format, parameters },
      {
        ...(signal && { signal }),
        ...(onText && {
          onText: (piece: string) => {
            written += piece;
            onText(written);
          },
        }),
      },
    );
  }

  function accept(text: string): { ok: true; said: Said } | { ok: false; fault: string } {
    try {
      return { ok: true, said: read(JSON.parse(text), request) };
    } catch (error) {
      return { ok: false, fault: faultOf(error) };
    }
  }
}

const readKept = (text: string | undefined) =>
  text === undefined ? undefined : keptSchema.safeParse(parsedJson(text)).data;

/** In words a model can act on, and short: it goes into the next prompt. */
function faultOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'It is not valid JSON.';
  if (error instanceof z.ZodError) return z.prettifyError(error).slice(0, 1000);
  if (error instanceof ModelOutputError) return error.message.slice(0, 1000);
  throw error;
}
