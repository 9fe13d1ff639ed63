import { createHash } from 'node:crypto';

/** A model that the test server has, or could pull. */
export type ServedModel = {
  /** With its tag, as Ollama names it: `nomic-embed-text:latest`. */
  readonly name: string;
  readonly family: string;
  readonly capabilities: readonly ('completion' | 'embedding')[];
  readonly embeddingLength: number;
  readonly contextLength: number;
  readonly size: number;
};

/** What is served unless a test says otherwise: the two models that Casefold asks for unless told otherwise. */
export const usualModels: readonly ServedModel[] = [
  {
    name: 'nomic-embed-text:latest',
    family: 'nomic-bert',
    capabilities: ['embedding'],
    embeddingLength: 768,
    contextLength: 2048,
    size: 274_302_450,
  },
  {
    name: 'gemma3-legal:latest',
    family: 'gemma3',
    capabilities: ['completion'],
    embeddingLength: 3840,
    contextLength: 131_072,
    size: 8_149_190_253,
  },
];

/** Ollama takes a name without a tag as that with `latest`. */
export const withTag = (name: string): string => (name.includes(':') ? name : `${name}:latest`);

export const digestOf = ({ name }: ServedModel): string => createHash('sha256').update(name).digest('hex');

const modified = '2026-01-05T09:30:00.000000Z';

const detailsOf = ({ family }: ServedModel) => ({
  parent_model: '',
  format: 'gguf',
  family,
  families: [family],
  parameter_size: family === 'nomic-bert' ? '137M' : '12.2B',
  quantization_level: family === 'nomic-bert' ? 'F16' : 'Q4_K_M',
});

/** As `/api/tags` lists it. */
export const listed = (model: ServedModel) => ({
  name: model.name,
  model: model.name,
  modified_at: modified,
  size: model.size,
  digest: digestOf(model),
  details: detailsOf(model),
});

/** As `/api/ps` lists it once it is in memory. */
export const running = (model: ServedModel) => ({
  name: model.name,
  model: model.name,
  size: model.size,
  digest: digestOf(model),
  details: detailsOf(model),
  expires_at: '2026-01-05T09:35:00.000000Z',
  size_vram: model.size,
  context_length: Math.min(model.contextLength, 4096),
});

/** As `/api/show` tells of it. */
export const shown = (model: ServedModel) => ({
  modelfile: `FROM ${model.name}\n`,
  parameters: 'num_ctx 8192',
  template: '{{ .Prompt }}',
  details: detailsOf(model),
  model_info: {
    'general.architecture': model.family,
    [`${model.family}.embedding_length`]: model.embeddingLength,
    [`${model.family}.context_length`]: model.contextLength,
  },
  capabilities: model.capabilities,
  modified_at: modified,
});
