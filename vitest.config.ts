import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Keys are stretched and certificates made in earnest, which a busy machine takes its time for.
          testTimeout: 30_000,
          include: [
            'packages/**/*.test.ts',
            'modules/**/*.test.ts',
            'plugins/**/*.test.ts',
            'tools/**/*.test.ts',
            'sim/**/*.test.ts',
            'apps/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'flows',
          // Flows and screens run in real time against real processes; on a machine that is busy for a moment a step can come
          // too late. A test that does not hold three times is red.
          retry: 2,
          include: ['test/{flows,kill,migrations,simulation,secrets}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Most of their time is spent waiting for the outside, so two files share it.
          maxWorkers: 2,
        },
      },
      {
        // Needs SoftHSM and a native addon; tools/test.ts runs it where both are to be had, and says why where not.
        test: { name: 'softhsm', include: ['test/keys/**/*.test.ts'] },
      },
      {
        test: {
          // Against the real pcscd, which only root can start; in real time, as flows and screens are.
          name: 'agent',
          retry: 2,
          include: ['test/agent/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          retry: 2,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
