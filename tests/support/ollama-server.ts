import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Asked, type Body, bodySchema } from './ollama/asked.ts';
import { type ServedModel, usualModels, withTag } from './ollama/catalogue.ts';
import { createFaults, type Fault } from './ollama/faults.ts';
import { failBefore, refuse } from './ollama/respond.ts';
import { answerOf, answerPlain, pull, type ServerState } from './ollama/routes.ts';

export type { Asked, Fault, ServedModel };

/** What a script says: text as it is, anything else as JSON; undefined leaves the request to the next script. */
type Script = (asked: Asked) => unknown;
type Match = string | RegExp | ((asked: Asked) => boolean);

type Received = {
  readonly path: string;
  readonly body: Body;
  readonly authorization: string | undefined;
};

export type OllamaServer = {
  /** What `OLLAMA_URL` is to be; the same for as long as it lives. */
  readonly url: string;
  /** Every request that came, in order. */
  readonly requests: readonly Received[];
  /** Requests to write something, in order. */
  asked(): Asked[];
  /** Requests that are being answered just now: one that nobody waits for any more is none. */
  underWay(): number;
  /**
   * Says what the model writes to requests whose system text or prompt holds `match`. The newest script that is for a
   * request answers it; where none is, the answer is JSON of the schema that was asked for, with sentences of the prompt
   * in its strings.
   */
  when(match: Match, says: Script | object | string): void;
  /** Plants a fault for the next request, or the next few, of any path or of one. Faults come true in the order planted. */
  fail(fault: Fault, options?: { times?: number; path?: string }): void;
  /** Ends what `no-first-byte` and `stalls` hold up, and takes out every fault that has not come true. */
  mend(): void;
  /** Has a model no longer, until it is pulled. */
  remove(name: string): void;
  /** Refuses connections from now on, and cuts those there are. */
  goDown(): Promise<void>;
  /** Serves again, at the same address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
};

/**
 * A server that speaks Ollama's HTTP API: `/api/version`, `tags`, `ps`, `show`, `embed`, `generate`, `chat`, `pull`, the
 * last three as lines of JSON, with its errors and its status codes. Texts that share words get vectors that are alike.
 *
 *     const ollama = await startOllamaServer();
 *     ollama.when('You answer a question', { sentences: [{ text: '…', citations: [1] }] });
 *     ollama.when(/You summarise/, (asked) => ({ summary: asked.prompt.slice(0, 80) }));
 *     ollama.fail('queue-full', { path: '/api/generate', times: 2 });
 *     await startProduct({ settings: { OLLAMA_URL: ollama.url } });
 *
 * Casefold's prompts go out as the system text, word for word, so a few words of `gpu-runner/prompts/<id>.v<N>.md` tell
 * which of them is asked.
 *
 * @param options.models what it has; left out, `nomic-embed-text` and `gemma3-legal`
 * @param options.registry what can be pulled besides
 */
export async function startOllamaServer(
  options: { models?: readonly ServedModel[]; registry?: readonly ServedModel[] } = {},
): Promise<OllamaServer> {
  const { models = usualModels, registry = [] } = options;
  const byName = (some: readonly ServedModel[]) => new Map(some.map((model) => [model.name, model]));
  const requests: Received[] = [];
  const asked: Asked[] = [];
  const underWay = new Set<ServerResponse>();
  const scripts: { match: Match; says: Script }[] = [];
  const faults = createFaults();
  const state: ServerState = {
    models: byName(models),
    registry: byName([...usualModels, ...models, ...registry]),
    loaded: new Set(),
    faults,
    scripted(request) {
      asked.push(request);
      for (const { match, says } of scripts) {
        const said = matches(match, request) ? says(request) : undefined;
        if (said !== undefined) return said;
      }
      return undefined;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://ollama').pathname;
    const given = await text(request);
    const parsed = bodySchema.safeParse(given === '' ? {} : JSON.parse(given));
    if (!parsed.success) return refuse(response, 400, parsed.error.message);
    const body = parsed.data;
    requests.push({ path, body, authorization: request.headers.authorization });
    const name = body.model ?? body.name ?? '';
    const fault = faults.take(path);
    if (await failBefore(response, fault, name, faults)) return;
    if (answerPlain(path, response, state)) return;
    if (path === '/api/pull') return pull(name, response, state, fault);
    const model = state.models.get(withTag(name));
    if (!model) return refuse(response, 404, `model '${name}' not found`);
    if (!(await answerOf(path, body, model, response, state, fault)))
      refuse(response, 404, '404 page not found');
  }

  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<Server> {
    const opened = createServer((request, response) => {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 500, String(error));
        else response.destroy();
      });
    });
    opened.listen(at, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  async function goDown(): Promise<void> {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    asked: () => [...asked],
    underWay: () => underWay.size,
    when(match, says) {
      scripts.unshift({ match, says: typeof says === 'function' ? (says as Script) : () => says });
    },
    fail: (fault, where = {}) => faults.plant(fault, where),
    mend() {
      faults.clear();
      faults.letGo();
    },
    remove: (name) => void state.models.delete(withTag(name)),
    goDown,
    async comeBack() {
      if (!server.listening) server = await listen(port);
    },
    async close() {
      faults.letGo();
      await goDown();
    },
  };
}

function matches(match: Match, request: Asked): boolean {
  if (typeof match === 'function') return match(request);
  const words = `${request.system}\n${request.prompt}`;
  return typeof match === 'string' ? words.includes(match) : match.test(words);
}
