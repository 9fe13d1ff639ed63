import { z } from 'zod';

const schemaSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  $ref: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  minItems: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
});

/**
 * JSON that a schema allows, the same each time: every property, one item of each list, words taken from a text. It is
 * what a model that keeps the shape and knows nothing would write.
 *
 * @param text where strings are taken from: its sentences, one after the other
 */
export function jsonOfSchema(schema: unknown, text: string): unknown {
  // The marks around a text (`gpu-runner/prompts/data-block.ts`) are no sentences of it.
  const sentences = text
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((sentence) => sentence.trim() !== '' && !/^<<<|>>>$/.test(sentence));
  let next = 0;
  const sentence = () => (sentences[next++ % Math.max(1, sentences.length)] ?? 'Nothing is said.').trim();

  function jsonOf(given: unknown): unknown {
    const wanted = schemaSchema.parse(given === true ? {} : given);
    if (wanted.const !== undefined) return wanted.const;
    if (wanted.enum) return wanted.enum[0];
    if (wanted.$ref) return jsonOf(referred(schema, wanted.$ref));
    const [choice] = wanted.anyOf ?? wanted.oneOf ?? [];
    if (choice !== undefined) return jsonOf(choice);
    if (wanted.allOf) return Object.assign({}, ...wanted.allOf.map(jsonOf));
    switch (Array.isArray(wanted.type) ? wanted.type[0] : wanted.type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(wanted.properties ?? {}).map(([name, each]) => [name, jsonOf(each)]),
        );
      case 'array':
        return Array.from({ length: Math.max(1, wanted.minItems ?? 1) }, () => jsonOf(wanted.items ?? {}));
      case 'number':
      case 'integer':
        return numberOf(wanted);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return stringOf(wanted);
    }
  }

  /** The number nearest to 1 that is allowed. */
  function numberOf({ minimum, exclusiveMinimum, maximum }: z.infer<typeof schemaSchema>): number {
    const least = Math.max(
      minimum ?? Number.NEGATIVE_INFINITY,
      (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) + 1,
    );
    return Math.min(maximum ?? Number.POSITIVE_INFINITY, Math.max(1, least));
  }

  function stringOf({ format, minLength = 0, maxLength }: z.infer<typeof schemaSchema>): string {
    if (format === 'date-time') return '2026-01-05T09:30:00Z';
    if (format === 'date') return '2026-01-05';
    if (format === 'uuid') return '00000000-0000-4000-8000-000000000000';
    return sentence().padEnd(minLength, '.').slice(0, maxLength);
  }

  return jsonOf(schema);
}

/** What `#/$defs/name` stands for. */
function referred(schema: unknown, reference: string): unknown {
  let place = schema;
  for (const step of reference.split('/').slice(1)) {
    place = z.record(z.string(), z.unknown()).parse(place)[step];
  }
  return place;
}
