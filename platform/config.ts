import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type NotificationSettings,
  notificationEnvironment,
  notificationSettingsOf,
} from '#platform/config-notifications';
import type { OtlpSettings } from '#platform/telemetry';
import { type GraphWeights, graphWeightsText, usualGraphWeights } from './graph-weights.ts';

const url = (...schemes: string[]) =>
  z
    .string()
    .refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}:`)), {
      message: `must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    })
    .optional();

/** What pgvector can keep an index of. */
export const mostDimensions = 2000;

const port = z.coerce.number().int().min(0).max(65535);

/** `name=value,name=value`, values percent-encoded. */
const headerList = z.string().transform((text, context) => {
  try {
    return Object.fromEntries(
      text.split(',').map((pair) => {
        const [, name, value] = /^\s*([^\s=]+)\s*=(.*)$/.exec(pair) ?? [];
        if (name === undefined || value === undefined) throw new TypeError();
        return [name, decodeURIComponent(value.trim())] as const;
      }),
    );
  } catch {
    context.addIssue({ code: 'custom', message: 'must be name=value pairs joined by commas' });
    return z.NEVER;
  }
});

/**
 * Every setting of Casefold, all optional: on a bare machine none is needed. A wire whose URL is unset is served by an
 * embedded engine.
 */
const environmentSchema = z.object({
  CASEFOLD_DATA: z.string().min(1).default('./data'),
  CASEFOLD_HOST: z.string().min(1).default('127.0.0.1'),
  CASEFOLD_PORT: port.default(3000),
  /** Where people reach it, when that is not host and port: behind a proxy, for instance. */
  CASEFOLD_ORIGIN: url('http', 'https'),
  /** Where the pages' server finds the APIs, when they run in other processes. */
  CASEFOLD_API_URL: url('http', 'https'),
  CASEFOLD_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  CASEFOLD_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(512 * 1024 * 1024),
  CASEFOLD_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, availableParallelism() - 1)),
  /** Recommendations are renewed when something happens, and all of them as often as this, for what others did. */
  CASEFOLD_RECOMMEND_EVERY_MINUTES: z.coerce
    .number()
    .min(0.01)
    .max(7 * 24 * 60)
    .default(60),
  /** What counts how much in a graph search: meaning, PageRank, and what others think. */
  CASEFOLD_GRAPH_WEIGHTS: z.string().default(usualGraphWeights).pipe(graphWeightsText),
  /** The owner's token for containers that do not share a data folder; otherwise made at first start. */
  CASEFOLD_OWNER_TOKEN: z.string().min(32).optional(),
  /** Signs session cookies, for containers that do not share a data folder. */
  CASEFOLD_SESSION_KEY: z.string().min(32).optional(),
  /** The Casefold that the command line talks to, where it is not the one of the data folder; and the token for it. */
  CASEFOLD_URL: url('http', 'https'),
  CASEFOLD_TOKEN: z.string().min(1).optional(),
  EVENTSTORE_URL: url('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover'),
  DATABASE_URL: url('postgres', 'postgresql'),
  NEO4J_URL: url('bolt', 'bolt+s', 'neo4j', 'neo4j+s'),
  NEO4J_USER: z.string().default('neo4j'),
  NEO4J_PASSWORD: z.string().optional(),
  REDIS_URL: url('redis', 'rediss'),
  NATS_URL: url('nats', 'tls'),
  /** Of a server of models, with name and password if it wants them; unset, the built-in models do all there is to do. */
  OLLAMA_URL: url('http', 'https'),
  /** Writes: summaries, answers, reports. */
  OLLAMA_MODEL: z.string().min(1).default('gemma3-legal'),
  OLLAMA_EMBED_MODEL: z.string().min(1).default('nomic-embed-text'),
  /** Length of the vectors of OLLAMA_EMBED_MODEL, where the server cannot be asked for it at the start. */
  OLLAMA_EMBED_DIMENSIONS: z.coerce.number().int().min(1).max(mostDimensions).optional(),
  /** Longest time for one answer of a model. */
  OLLAMA_TIMEOUT_SECONDS: z.coerce.number().positive().max(86_400).default(600),
  /** The whole address of a rerank API in Cohere's and Jina's form, `http://host:8012/v1/rerank` for one. */
  RERANKER_URL: url('http', 'https'),
  /** Left out where the server has one model only. */
  RERANKER_MODEL: z.string().min(1).optional(),
  RERANKER_API_KEY: z.string().min(1).optional(),
  /** Of a SearXNG server, for questions that look outside the case. */
  SEARXNG_URL: url('http', 'https'),
  /** Hosts of the own network that articles may be fetched from all the same: `wiki.example:8080, library.example`. */
  ARTICLE_HOSTS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((host) => host !== '')),
  /** Of an OpenTelemetry collector (OTLP over HTTP); without it nothing is traced. Names as in OpenTelemetry's specification. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https'),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('casefold'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  ...notificationEnvironment,
});

export type OllamaSettings = Readonly<{
  url: string;
  textModel: string;
  embedModel: string;
  /** Undefined where the model is to be asked. */
  embedDimensions: number | undefined;
  timeoutMs: number;
}>;

export type RerankerSettings = Readonly<{
  url: string;
  model: string | undefined;
  apiKey: string | undefined;
}>;

export type Config = Readonly<{
  dataFolder: string;
  host: string;
  port: number;
  origin: string | undefined;
  apiUrl: string | undefined;
  logLevel: string;
  maxUploadBytes: number;
  /** Threads that extract text. */
  workers: number;
  /** Milliseconds between two times that everybody's recommendations are renewed. */
  recommendEveryMs: number;
  /** What counts how much in a graph search that does not say. */
  graphWeights: GraphWeights;
  ownerToken: string | undefined;
  sessionKey: string | undefined;
  /** For the command line: the Casefold it talks to, and its token. */
  talksTo: { url: string | undefined; token: string | undefined };
  eventStoreUrl: string | undefined;
  databaseUrl: string | undefined;
  neo4j: { url: string; user: string; password: string | undefined } | undefined;
  redisUrl: string | undefined;
  natsUrl: string | undefined;
  /** Longest time for one answer of a model, whichever process has it: whoever asks over the bus waits for it too. */
  modelTimeoutMs: number;
  /** Unset, the built-in models do all there is to do. */
  ollama: OllamaSettings | undefined;
  /** Unset, a search is in the order of its rankings. */
  reranker: RerankerSettings | undefined;
  notifications: NotificationSettings;
  /** A SearXNG server; unset, nothing outside a case is looked at. */
  searxngUrl: string | undefined;
  /** Hosts of the own network that articles may be fetched from. */
  articleHosts: ReadonlySet<string>;
  /** Where traces go; unset, nothing is traced. */
  telemetry: OtlpSettings | undefined;
}>;

/** A setting was wrong; the message names each and says how it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the settings; the only place that looks at the environment. Options given on the command line win.
 *
 * @throws {ConfigError} naming every setting that is wrong
 */
export function readConfig(
  overrides: Partial<Pick<Config, 'port' | 'dataFolder' | 'logLevel'>> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  // An empty variable means unset, as in a compose file with `${NAME:-}`.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw wrong(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const env = parsed.data;
  const notifications = notificationSettingsOf(env);
  if ('missing' in notifications) throw wrong(notifications.missing);
  return {
    dataFolder: resolve(overrides.dataFolder ?? env.CASEFOLD_DATA),
    host: env.CASEFOLD_HOST,
    port: overrides.port ?? env.CASEFOLD_PORT,
    origin: env.CASEFOLD_ORIGIN?.replace(/\/$/, ''),
    apiUrl: env.CASEFOLD_API_URL?.replace(/\/$/, ''),
    logLevel: overrides.logLevel ?? env.CASEFOLD_LOG_LEVEL,
    maxUploadBytes: env.CASEFOLD_MAX_UPLOAD_BYTES,
    workers: env.CASEFOLD_WORKERS,
    recommendEveryMs: env.CASEFOLD_RECOMMEND_EVERY_MINUTES * 60_000,
    graphWeights: env.CASEFOLD_GRAPH_WEIGHTS,
    ownerToken: env.CASEFOLD_OWNER_TOKEN,
    sessionKey: env.CASEFOLD_SESSION_KEY,
    talksTo: { url: env.CASEFOLD_URL?.replace(/\/$/, ''), token: env.CASEFOLD_TOKEN },
    eventStoreUrl: env.EVENTSTORE_URL,
    databaseUrl: env.DATABASE_URL,
    neo4j: env.NEO4J_URL
      ? { url: env.NEO4J_URL, user: env.NEO4J_USER, password: env.NEO4J_PASSWORD }
      : undefined,
    redisUrl: env.REDIS_URL,
    natsUrl: env.NATS_URL,
    modelTimeoutMs: env.OLLAMA_TIMEOUT_SECONDS * 1000,
    ollama: env.OLLAMA_URL
      ? {
          url: env.OLLAMA_URL,
          textModel: env.OLLAMA_MODEL,
          embedModel: env.OLLAMA_EMBED_MODEL,
          embedDimensions: env.OLLAMA_EMBED_DIMENSIONS,
          timeoutMs: env.OLLAMA_TIMEOUT_SECONDS * 1000,
        }
      : undefined,
    reranker: env.RERANKER_URL
      ? { url: env.RERANKER_URL, model: env.RERANKER_MODEL, apiKey: env.RERANKER_API_KEY }
      : undefined,
    searxngUrl: env.SEARXNG_URL,
    articleHosts: new Set(env.ARTICLE_HOSTS),
    notifications,
    telemetry: env.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, ''),
          headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
          serviceName: env.OTEL_SERVICE_NAME,
          sampleRatio: sampleRatioOf(env.OTEL_TRACES_SAMPLER, env.OTEL_TRACES_SAMPLER_ARG),
        }
      : undefined,
  };
}

const wrong = (lines: readonly string[]) =>
  new ConfigError(`These settings are wrong:\n${lines.map((line) => `  ${line}`).join('\n')}`);

/** Every span of a trace has the trace's id, which alone decides: a sampler that asks the parent comes to the same. */
function sampleRatioOf(sampler: string, argument: number): number {
  if (sampler.endsWith('ratio')) return argument;
  return sampler.endsWith('on') ? 1 : 0;
}
