import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Nothing here starts a process or outlives its test, so that the files of a worker share a thread and what it has loaded:
 * at half the cost.
 */
const PURE = [
  'tests/{models,reference,rules}/**/*.test.ts',
  'tests/runtime/{configuration,formats,functions,intake,models,rule-tests}/**/*.test.ts',
  'tests/runtime/{schemas,site,sql,tuning,warm-up}/**/*.test.ts',
];

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
          hookTimeout: 60_000,
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
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
