import { createApi } from '#lib/api/client.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }) => ({ settings: await createApi(fetch).preferences() });
