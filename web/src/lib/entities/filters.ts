import { entityKindSchema } from '#domain/document/events';

/** What an address asks of the entities of a case: `q`, and `kind` where it is one. */
export function entityFiltersOf(parameters: Pick<URLSearchParams, 'get'>): { q?: string; kind?: string } {
  const q = parameters.get('q')?.trim();
  const kind = entityKindSchema.safeParse(parameters.get('kind')).data;
  return { ...(q && { q }), ...(kind && { kind }) };
}
