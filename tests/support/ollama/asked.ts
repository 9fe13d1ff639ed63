import { z } from 'zod';

const options = z.looseObject({
  num_ctx: z.number().optional(),
  num_batch: z.number().optional(),
  num_predict: z.number().optional(),
  temperature: z.number().optional(),
  seed: z.number().optional(),
});
const message = z.looseObject({ role: z.string(), content: z.string() });

/** What the routes of Ollama take, as far as anything here asks for it. */
export const bodySchema = z.looseObject({
  model: z.string().optional(),
  /** An older word for `model`, which the client still sends to pull one. */
  name: z.string().optional(),
  stream: z.boolean().default(true),
  options: options.default({}),
  format: z.unknown().optional(),
  system: z.string().default(''),
  prompt: z.string().default(''),
  messages: z.array(message).default([]),
  input: z.union([z.string(), z.array(z.string())]).default([]),
  truncate: z.boolean().default(true),
});
export type Body = z.infer<typeof bodySchema>;

/** A request to write something, as a script sees it, whether it came as a prompt or as a chat. */
export type Asked = {
  readonly model: string;
  /** The instruction: the words of one of Casefold's own prompts. */
  readonly system: string;
  /** What it is to work on. */
  readonly prompt: string;
  /** JSON schema that the answer is to have, if one is asked for. */
  readonly format: unknown;
  readonly options: Body['options'];
};

export function askedOf(path: string, body: Body): Asked {
  const { format, options: given, model = '' } = body;
  const said = (role: string) =>
    body.messages
      .filter((each) => each.role === role)
      .map(({ content }) => content)
      .join('\n');
  const [system, prompt] = path === '/api/chat' ? [said('system'), said('user')] : [body.system, body.prompt];
  return { model, system, prompt, format, options: given };
}

/** Tokens of a text, about: a WordPiece vocabulary has short words whole and cuts the others up. */
export const tokensOf = (text: string): number =>
  (text.match(/[\p{L}\p{N}]{1,6}|[^\s\p{L}\p{N}]/gu) ?? []).length + 2;
