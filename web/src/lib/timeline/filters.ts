import type { ReadonlyURLSearchParams } from '$app/state';

const pageSize = 50;

/** What of the history is asked for, as the page's address holds it. */
export const timelineFilters = (parameters: ReadonlyURLSearchParams) => {
  const documentId = parameters.get('documentId');
  const type = parameters.get('type');
  const at = parameters.get('at');
  return { ...(documentId && { documentId }), ...(type && { type }), ...(at && { at }), limit: pageSize };
};
