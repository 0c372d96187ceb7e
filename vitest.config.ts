import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Those have vitest.long.config.ts and vitest.faults.config.ts.
    exclude: [
      ...configDefaults.exclude,
      'tests/**/*.long.test.ts',
      'tests/faults/**/*.test.ts',
      'tests/mosquitto/**/*.test.ts',
    ],
    testTimeout: 60_000,
    // Real brokers and child processes share two cores with the property tests.
    maxWorkers: 2,
  },
});
