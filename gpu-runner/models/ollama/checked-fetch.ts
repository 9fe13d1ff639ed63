/** A line of an answer in lines of JSON was none: what it held is lost, so the whole answer is. */
export class BrokenLineError extends Error {
  override name = 'BrokenLineError';
}

/** Nothing came for too long. */
export class SilenceError extends Error {
  override name = 'SilenceError';
  /** True if not even the first byte came: the model may still be loading. */
  readonly isFromTheStart: boolean;
  constructor(seconds: number, isFromTheStart: boolean) {
    super(isFromTheStart ? `no answer within ${seconds} s` : `nothing more within ${seconds} s`);
    this.isFromTheStart = isFromTheStart;
  }
}

export type FetchLimits = {
  /** Ends everything, whatever the client thinks. */
  readonly signal: AbortSignal;
  /** Longest time until an answer begins, milliseconds. `fetch` itself gives up after 300 s. */
  readonly firstByteMs: number;
  /** Longest time between two pieces of an answer, milliseconds. */
  readonly silenceMs: number;
};

/**
 * `fetch` for one call of the Ollama client, which by itself has no limits, aborts only streams, passes over lines that
 * it cannot read, and prints answers that are not JSON on the console.
 */
export function checkedFetch({ signal, firstByteMs, silenceMs }: FetchLimits): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController();
    const giveUp = (ms: number, isFromTheStart: boolean) =>
      setTimeout(() => silence.abort(new SilenceError(ms / 1000, isFromTheStart)), ms).unref();
    const signals = [signal, silence.signal, ...(init?.signal ? [init.signal] : [])];
    let timer = giveUp(firstByteMs, true);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      if (!response.ok) return await readableRefusal(response);
      if (!response.body || !response.headers.get('content-type')?.includes('ndjson')) return response;
      clearTimeout(timer);
      timer = giveUp(silenceMs, false);
      const checked = response.body.pipeThrough(
        checkLines(
          () => {
            clearTimeout(timer);
            timer = giveUp(silenceMs, false);
          },
          () => clearTimeout(timer),
        ),
      );
      return new Response(checked, response);
    } catch (error) {
      clearTimeout(timer);
      throw error;
    }
  };
}

/** What a proxy says in HTML, as Ollama would say it: the client reads no other errors. */
async function readableRefusal(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.includes('application/json')) return response;
  const text = (await response.text())
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const { status, statusText } = response;
  return Response.json({ error: text.slice(0, 200) || statusText }, { status });
}

/** Lets lines of JSON through as they are. @throws {BrokenLineError} into the stream, at the first that is none */
function checkLines(onPiece: () => void, onEnd: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let begun = '';
  const check = (line: string) => {
    if (line.trim() === '') return;
    try {
      JSON.parse(line);
    } catch {
      onEnd();
      throw new BrokenLineError('a line of the answer is not JSON');
    }
  };
  return new TransformStream({
    transform(piece, controller) {
      onPiece();
      begun += decoder.decode(piece, { stream: true });
      const lines = begun.split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) check(line);
      controller.enqueue(piece);
    },
    flush() {
      onEnd();
      check(begun);
    },
  });
}
