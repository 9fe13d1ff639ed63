import { createProjectionApi } from '#lib/projections/api.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }) => ({ board: await createProjectionApi(fetch).list() });
