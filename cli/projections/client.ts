import { z } from 'zod';
import { writtenSchema } from '#commands/contract';
import { type RebuildsRequested, rebuildsRequestedSchema } from '#commands/contract-projections';
import {
  type Lineage,
  lineageSchema,
  type ParkedItem,
  type ProjectionBoardView,
  type ProjectionDetail,
  parkedListSchema,
  projectionBoardSchema,
  projectionDetailSchema,
} from '#read-api/contract-projections';
import { findCasefold, type RunningCasefold, type Whereabouts } from '../running-casefold.ts';

/** What the command line asks of projections. Errors are those of `RunningCasefold.request`. */
export type ProjectionClient = {
  list(): Promise<ProjectionBoardView>;
  show(name: string): Promise<ProjectionDetail>;
  /** All of them, page after page. */
  parked(name: string): Promise<ParkedItem[]>;
  /** Asks for rebuilds or checks that share one scan of the log. */
  fill(what: 'rebuild' | 'verify', body: object): Promise<RebuildsRequested>;
  /** `switch`, `rollback`, `rebuild/pause` … @returns the position of the decision */
  decide(name: string, action: string, body?: object): Promise<bigint>;
  why(name: string, key: readonly string[], part: string | undefined): Promise<Lineage>;
};

/** Talks to the Casefold that is meant. Each function throws as `findCasefold` does. */
export function projectionClient(where: Whereabouts): ProjectionClient {
  /** Looked for when it is first asked, so that wrong usage is told whether it runs or not. */
  let found: RunningCasefold | undefined;
  const casefold = () => (found ??= findCasefold(where));
  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    json?: object,
  ): Promise<z.output<Schema>> {
    const answer = await casefold().request(method, `/api/projections${path}`, json);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new Error(
      `Casefold at ${casefold().url} answers in another shape than this command knows: both must be of one version.\n${z.prettifyError(parsed.error)}`,
    );
  }
  const at = (name: string) => `/${encodeURIComponent(name)}`;

  return {
    list: () => ask(projectionBoardSchema, 'GET', ''),
    show: (name) => ask(projectionDetailSchema, 'GET', at(name)),
    async parked(name) {
      const items: ParkedItem[] = [];
      for (let cursor: string | undefined; ; ) {
        const query = new URLSearchParams({ limit: '500', ...(cursor && { cursor }) });
        const page = await ask(parkedListSchema, 'GET', `${at(name)}/parked?${query}`);
        items.push(...page.items);
        cursor = page.next;
        if (!cursor) return items;
      }
    },
    fill: (what, body) => ask(rebuildsRequestedSchema, 'POST', `/${what}`, body),
    decide: async (name, action, body) =>
      BigInt((await ask(writtenSchema, 'POST', `${at(name)}/${action}`, body)).position),
    why(name, key, part) {
      const query = new URLSearchParams(part === undefined ? {} : { part });
      for (const each of key) query.append('key', each);
      return ask(lineageSchema, 'GET', `${at(name)}/why?${query}`);
    },
  };
}
