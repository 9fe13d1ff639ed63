import type { ReadonlyURLSearchParams } from '$app/state';

export const facetNames = ['stage', 'mediaType', 'tag', 'topic'] as const;
export type FacetName = (typeof facetNames)[number];

const names = ['q', ...facetNames, 'sort', 'order'] as const;

export const sorts = [
  { value: 'uploaded-desc', label: 'Newest first' },
  { value: 'uploaded-asc', label: 'Oldest first' },
  { value: 'name-asc', label: 'Name, A to Z' },
  { value: 'name-desc', label: 'Name, Z to A' },
  { value: 'size-desc', label: 'Largest first' },
  { value: 'size-asc', label: 'Smallest first' },
] as const;

/** The list's filters, as the page's address holds them. */
export function filtersOf(parameters: ReadonlyURLSearchParams): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? undefined]));
}

export const sortOf = (parameters: ReadonlyURLSearchParams) =>
  `${parameters.get('sort') ?? 'uploaded'}-${parameters.get('order') ?? 'desc'}`;

/** The address with some parameters set or, with an empty value, left out. */
export function withParameters(
  url: { pathname: string; search: string },
  changes: Record<string, string>,
): string {
  const parameters = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  const search = parameters.toString();
  return url.pathname + (search && `?${search}`);
}
