import { createApi } from '#lib/api/client.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ fetch }) => ({ me: await createApi(fetch).me() });
