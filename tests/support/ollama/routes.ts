import type { ServerResponse } from 'node:http';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import type { Asked, Body } from './asked.ts';
import { askedOf, tokensOf } from './asked.ts';
import { digestOf, listed, running, type ServedModel, shown, withTag } from './catalogue.ts';
import type { Fault, Faults } from './faults.ts';
import { jsonOfSchema } from './json-of-schema.ts';
import { refuse, sendJson, stream } from './respond.ts';

/** What the routes work with. */
export type ServerState = {
  /** Models that are there, by name. */
  readonly models: Map<string, ServedModel>;
  /** Models that can be pulled, by name. */
  readonly registry: ReadonlyMap<string, ServedModel>;
  /** Names of models in memory. */
  readonly loaded: Set<string>;
  readonly faults: Faults;
  /** What a script says to a request; undefined where none is for it. */
  scripted(asked: Asked): unknown;
};

export const serverVersion = '0.13.5';
const createdAt = '2026-01-05T09:30:00.000000Z';
const lexical = createLexicalEmbedder();

/** Answers a request for something that exists without a model. @returns false if it is none */
export function answerPlain(
  path: string,
  response: ServerResponse,
  { models, loaded }: ServerState,
): boolean {
  if (path === '/api/version') sendJson(response, { version: serverVersion });
  else if (path === '/api/tags') sendJson(response, { models: [...models.values()].map(listed) });
  else if (path === '/api/ps') {
    sendJson(response, { models: [...models.values()].filter(({ name }) => loaded.has(name)).map(running) });
  } else if (path === '/') response.end('Ollama is running');
  else return false;
  return true;
}

/** Answers a request for a model that is there. @returns false if there is no such route */
export async function answerOf(
  path: string,
  body: Body,
  model: ServedModel,
  response: ServerResponse,
  state: ServerState,
  fault: Fault | undefined,
): Promise<boolean> {
  if (path === '/api/show') {
    sendJson(response, shown(model));
    return true;
  }
  if (!['/api/embed', '/api/generate', '/api/chat'].includes(path)) return false;
  state.loaded.add(model.name);
  if (path === '/api/embed') await embed(body, model, response);
  else if (!model.capabilities.includes('completion'))
    refuse(response, 400, `"${body.model}" does not support ${path === '/api/chat' ? 'chat' : 'generate'}`);
  else await write(path, body, response, state, fault);
  return true;
}

/** Vectors by the words alone, of the model's length: texts that share words are alike, as they are to a real model. */
async function embed(body: Body, model: ServedModel, response: ServerResponse): Promise<void> {
  const { num_ctx: context = model.contextLength, num_batch: batch = 512 } = body.options;
  const longest = Math.min(context, model.contextLength, batch);
  const texts: string[] = [];
  let tokens = 0;
  for (const text of [body.input].flat()) {
    const length = tokensOf(text);
    if (length > longest && !body.truncate) {
      return refuse(response, 400, 'the input length exceeds the context length');
    }
    tokens += Math.min(length, longest);
    texts.push(length > longest ? text.slice(0, Math.floor((text.length * longest) / length)) : text);
  }
  const embeddings: number[][] = [];
  for (const text of texts) {
    const [vector = new Float32Array()] = await lexical.embed(
      [text.replace(/^search_(?:document|query): /, '')],
      'document',
    );
    // A shorter vector folds the rest in, so that what is alike stays alike.
    const folded = new Array<number>(model.embeddingLength).fill(0);
    for (const [at, value] of vector.entries()) {
      folded[at % model.embeddingLength] = (folded[at % model.embeddingLength] ?? 0) + value;
    }
    const length = Math.hypot(...folded) || 1;
    embeddings.push(folded.map((value) => value / length));
  }
  sendJson(response, {
    model: body.model,
    embeddings,
    total_duration: 14_143_917,
    load_duration: 1_019_500,
    prompt_eval_count: tokens,
  });
}

async function write(
  path: string,
  body: Body,
  response: ServerResponse,
  state: ServerState,
  fault: Fault | undefined,
): Promise<void> {
  const { text, reason } = written(askedOf(path, body), state, fault);
  const { model } = body;
  const about = { model, created_at: createdAt };
  const says = (piece: string) =>
    path === '/api/chat' ? { message: { role: 'assistant', content: piece } } : { response: piece };
  const last = {
    ...about,
    done: true,
    done_reason: reason,
    ...(path === '/api/generate' && { context: [2, 105] }),
    total_duration: 4_935_886_791,
    load_duration: 534_986_708,
    prompt_eval_count: tokensOf(body.prompt),
    prompt_eval_duration: 107_345_000,
    eval_count: tokensOf(text),
    eval_duration: 4_289_432_000,
  };
  if (!body.stream) return sendJson(response, { ...last, ...says(text) });
  const pieces = text.match(/\s*\S+\s*/g) ?? [];
  const lines = [
    ...pieces.map((piece) => ({ ...about, ...says(piece), done: false })),
    { ...last, ...says('') },
  ];
  await stream(response, lines, fault, state.faults);
}

/** What the model writes, and why it stopped. */
function written(asked: Asked, { scripted }: ServerState, fault: Fault | undefined) {
  if (fault === 'invalid-json')
    return { text: 'Certainly! Here is the answer you asked for: {', reason: 'stop' };
  if (fault === 'too-long') return { text: '{"text": "and so on and so on and so on', reason: 'length' };
  const said = scripted(asked) ?? usual(asked);
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  const longest = asked.options.num_predict ?? Number.POSITIVE_INFINITY;
  if (longest < 0 || tokensOf(text) <= longest) return { text, reason: 'stop' };
  return { text: text.slice(0, Math.floor((text.length * longest) / tokensOf(text))), reason: 'length' };
}

const usual = ({ format, prompt }: Asked): unknown =>
  typeof format === 'object' && format !== null
    ? jsonOfSchema(format, prompt)
    : format === 'json'
      ? {}
      : prompt
          .split(/(?<=[.!?])\s+/)
          .slice(0, 2)
          .join(' ');

/** Fetches a model: its layers bit by bit, then the manifest, as the registry's own order is. */
export async function pull(
  name: string,
  response: ServerResponse,
  { models, registry, faults }: ServerState,
  fault: Fault | undefined,
): Promise<void> {
  const model = registry.get(withTag(name));
  if (!model) {
    const error = 'pull model manifest: file does not exist';
    return stream(response, [{ status: 'pulling manifest' }, { error }], undefined, faults);
  }
  const digest = `sha256:${digestOf(model)}`;
  const layer = { status: `pulling ${digestOf(model).slice(0, 12)}`, digest, total: model.size };
  const lines = [
    { status: 'pulling manifest' },
    layer,
    ...[0.25, 0.5, 0.75, 1].map((share) => ({ ...layer, completed: Math.floor(model.size * share) })),
    { status: 'verifying sha256 digest' },
    { status: 'writing manifest' },
    { status: 'success' },
  ];
  await stream(response, lines, fault, faults);
  if (fault === undefined) models.set(model.name, model);
}
