import { writtenSchema } from '#commands/contract';
import { rebuildsRequestedSchema } from '#commands/contract-projections';
import { type Fetch, readJson, send } from '#lib/api/request.ts';
import {
  lineageSchema,
  parkedListSchema,
  projectionBoardSchema,
  projectionDetailSchema,
} from '#read-api/contract-projections';

const root = '/api/projections';
const at = (name: string) => `${root}/${encodeURIComponent(name)}`;

/** What may be decided about a projection, as the path of its route. */
export type Decision =
  | 'switch'
  | 'rollback'
  | 'pause'
  | 'resume'
  | 'rebuild/pause'
  | 'rebuild/resume'
  | 'rebuild/cancel'
  | 'rebuild/throttle'
  | 'parked/retry'
  | 'parked/skip';

/**
 * What is asked and decided about projections. Every function throws a `ProblemError` when refused.
 *
 * No read model shows a decision, so none is waited for: a projection that was paused would keep every page waiting.
 *
 * @param fetch a load function's own, or the browser's
 */
export function createProjectionApi(fetch: Fetch) {
  return {
    list: () => readJson(fetch, root, projectionBoardSchema),
    show: (name: string) => readJson(fetch, at(name), projectionDetailSchema),
    parked: (name: string, cursor?: string) => {
      const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) });
      return readJson(fetch, `${at(name)}/parked?${query}`, parkedListSchema);
    },
    why: (name: string, part: string, key: readonly string[]) => {
      const query = new URLSearchParams({ part });
      for (const each of key) query.append('key', each);
      return readJson(fetch, `${at(name)}/why?${query}`, lineageSchema);
    },
    decide: (name: string, decision: Decision, body?: object) =>
      send(fetch, 'POST', `${at(name)}/${decision}`, writtenSchema, body),
    /** Asks for rebuilds or checks that share one scan of the log. */
    fill: (what: 'rebuild' | 'verify', body: object) =>
      send(fetch, 'POST', `${root}/${what}`, rebuildsRequestedSchema, body),
  };
}
export type ProjectionApi = ReturnType<typeof createProjectionApi>;

/** For event handlers in the browser; load functions make their own from the `fetch` they are given. */
export const projectionApi = createProjectionApi((input, init) => fetch(input, init));
