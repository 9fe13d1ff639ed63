import { defineEnvVars } from '@sveltejs/kit/env';

export const variables = defineEnvVars({
  CASEFOLD_API_URL: {
    schema: (value) => value || undefined,
    description: 'Where the API listens, as the server that renders pages sees it: http://127.0.0.1:4000',
  },
});
