import { z } from 'zod';
import type { OllamaConnection } from '#gpu-runner/models/ollama/connection';
import { identifyModel } from '#gpu-runner/models/ollama/identify';
import { openOllama } from '#gpu-runner/models/ollama/open-ollama';
import { createOllamaWriter } from '#gpu-runner/models/ollama/writer';
import type { OllamaSettings } from '#platform/config';
import { parsedJson } from '#platform/parsed-json';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { duration } from '../projections/words.ts';
import { modelServer, versionOf } from './server.ts';

type Step = {
  readonly step: string;
  /** @returns what was found. @throws {Error} saying what is wrong and how to mend it */
  run(): Promise<string>;
};
type Finding = {
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly seconds: number;
};

/**
 * `casefold models check`: a live round trip of all that Casefold asks of the server. A step that fails ends none of the
 * others.
 *
 * @throws {UnreachableError} if the server does not answer
 */
export async function checkModels(json: boolean): Promise<ExitCode> {
  const { settings, connection } = modelServer();
  const version = await versionOf(connection);
  const findings: Finding[] = [];
  const say = (finding: Finding) => {
    findings.push(finding);
    if (!json) console.log(lineOf(finding));
  };
  say({ step: 'server', ok: true, detail: `Ollama ${version} at ${connection.url}`, seconds: 0 });
  for (const { step, run } of stepsOf(settings, connection)) {
    const began = performance.now();
    const taken = () => (performance.now() - began) / 1000;
    try {
      const detail = await run();
      say({ step, ok: true, detail, seconds: taken() });
    } catch (error) {
      say({
        step,
        ok: false,
        detail: error instanceof Error ? error.message : String(error),
        seconds: taken(),
      });
    }
  }
  const ok = findings.every((finding) => finding.ok);
  if (json) console.log(JSON.stringify({ ok, findings }, null, 2));
  else console.log(ok ? 'All of it works.' : 'Mend what is marked ✗ and check again.');
  return ok ? exitCodes.done : exitCodes.failed;
}

const lineOf = ({ step, ok, detail, seconds }: Finding): string =>
  `${ok ? '✓' : '✗'} ${step.padEnd(15)} ${detail}${ok && seconds >= 0.05 ? ` (${duration(seconds)})` : ''}`;

function stepsOf(settings: OllamaSettings, connection: OllamaConnection): readonly Step[] {
  const { textModel, embedModel } = settings;
  const there = async (model: string) => {
    const { name, version, digest } = await identifyModel(connection, model);
    return `${name}:${version}, ${digest.slice(0, 12)}`;
  };
  return [
    { step: 'embedding model', run: () => there(embedModel) },
    { step: 'text model', run: () => there(textModel) },
    { step: 'embedding', run: () => embeds(settings) },
    { step: 'writing a shape', run: () => writesShape(connection, textModel) },
    { step: 'stopping', run: () => stops(connection, textModel) },
  ];
}

/** A question is nearer to the text that answers it than to another. */
async function embeds(settings: OllamaSettings): Promise<string> {
  const { embedder } = await openOllama(settings);
  const [query] = await embedder.embed(['When does the lease of the warehouse end?'], 'query');
  const [answer, other] = await embedder.embed(
    ['The lease of the warehouse ends on 31 May 2024.', 'Beat two eggs and fold in the flour.'],
    'document',
  );
  if (!query || !answer || !other) throw new Error(`${settings.embedModel} gave no vectors.`);
  const cosine = (vector: Float32Array) =>
    query.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
  if (cosine(answer) <= cosine(other)) {
    throw new Error(
      `${settings.embedModel} finds a recipe nearer to a question about a lease (${cosine(other).toFixed(2)}) than its answer (${cosine(answer).toFixed(2)}): it was not made for search. Set OLLAMA_EMBED_MODEL to another, such as nomic-embed-text.`,
    );
  }
  return `${embedder.dimensions} numbers a text; question and answer ${cosine(answer).toFixed(2)}, question and other ${cosine(other).toFixed(2)}`;
}

const shape = z.object({
  tenant: z.string().min(1),
  year: z.number().int().min(1900).max(2100),
  terms: z.array(z.string()).min(1),
});

async function writesShape(connection: OllamaConnection, model: string): Promise<string> {
  const text = await createOllamaWriter(connection, model).generate({
    system: 'You read a sentence of a contract and answer in JSON.',
    prompt: 'The tenant Meridian Ltd. pays a rent of 900 pounds a month until the end of 2024.',
    format: z.toJSONSchema(shape),
    parameters: { temperature: 0, seed: 1, mostTokens: 300 },
  });
  const parsed = shape.safeParse(parsedJson(text));
  if (parsed.success) return `tenant ${JSON.stringify(parsed.data.tenant)}, year ${parsed.data.year}`;
  throw new Error(
    `${model} does not keep a JSON schema: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}. Update Ollama to 0.5 or newer, or set OLLAMA_MODEL to another.`,
  );
}

/** Longest time from being told to stop to having stopped, milliseconds. */
const stopWithinMs = 5000;

async function stops(connection: OllamaConnection, model: string): Promise<string> {
  const stop = new AbortController();
  const reason = new Error('stopped on purpose');
  let toldAt = 0;
  try {
    await createOllamaWriter(connection, model).generate(
      { system: 'You tell stories.', prompt: 'Tell a long story.', parameters: { mostTokens: 2000 } },
      {
        signal: stop.signal,
        onText() {
          toldAt ||= performance.now();
          stop.abort(reason);
        },
      },
    );
  } catch (error) {
    if (error !== reason) throw error;
    const milliseconds = performance.now() - toldAt;
    if (milliseconds <= stopWithinMs) return `${Math.ceil(milliseconds)} ms after it was told to`;
    throw new Error(
      `${model} went on for ${duration(milliseconds / 1000)} after it was told to stop. Look for a proxy that keeps what was sent.`,
    );
  }
  throw new Error(`${model} had written all of it before it could be told to stop.`);
}
