import { createProjectionApi } from '#lib/projections/api.ts';
import { loadProjection } from '#lib/projections/detail.svelte.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => ({
  projection: await loadProjection(createProjectionApi(fetch), params.name),
});
