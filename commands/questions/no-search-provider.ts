/** Why nothing outside the case is looked at, and how to mend it. */
export const noSearchProvider =
  'No search provider is set up, so nothing outside the case can be looked at. Set SEARXNG_URL to the address of a SearXNG server, or ask without it.';
