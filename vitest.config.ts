import { defineConfig } from 'vitest/config';

const node = {
  environment: 'node' as const,
  // A busy machine is slow, not wrong.
  expect: { poll: { timeout: 30_000 } },
};

/**
 * Three projects, fastest first: `unit` needs only npm packages and memory, `integration` starts engines as child
 * processes on free ports, `e2e` drives Chromium against the built web.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: [
            '{domain,platform,engines,commands,projections,read-api,gpu-runner,cli}/**/*.test.ts',
            'web/src/lib/**/*.test.ts',
            'tests/architecture.test.ts',
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...node,
          name: 'integration',
          include: [
            'tests/contract/**/*.test.ts',
            'tests/integration/**/*.test.ts',
            'tests/crash/**/*.test.ts',
          ],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...node,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
