import { defineConfig } from 'vitest/config';

/** The product on real servers: apart from the other tests, because it installs them. `npm run test:real` */
export default defineConfig({
  test: {
    environment: 'node',
    root: new URL('../..', import.meta.url).pathname,
    include: ['tests/real/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
