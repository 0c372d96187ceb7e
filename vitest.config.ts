import { configDefaults, defineConfig } from 'vitest/config';

/** No process, no file, no port, and nothing that outlives a test: these share threads, at half the cost. */
const PURE = ['tests/rules/**/*.test.ts', 'tests/models/**/*.test.ts', 'tests/reference/**/*.test.ts'];

// Those have vitest.long.config.ts and vitest.faults.config.ts.
const LONG = ['tests/**/*.long.test.ts', 'tests/faults/**/*.test.ts', 'tests/mosquitto/**/*.test.ts'];

export default defineConfig({
  test: {
    // Real brokers and child processes share two cores with the property tests.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'pure',
          include: PURE,
          exclude: [...configDefaults.exclude, ...LONG],
          testTimeout: 60_000,
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'whole',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...LONG, ...PURE],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
