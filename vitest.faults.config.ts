import { configDefaults, defineConfig } from 'vitest/config';

/**
 * What takes the machine apart around the program: `npm run test:faults`. Needs mosquitto, strace, and root for disks of
 * its own.
 */
export default defineConfig({
  test: {
    include: ['tests/faults/**/*.test.ts', 'tests/mosquitto/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'tests/**/*.long.test.ts'],
    testTimeout: 120_000,
    // They measure how long a start, a stop or a stall takes: one at a time.
    maxWorkers: 1,
    // Real processes, brokers and disks on a machine that others use too: what fails twice is a fault.
    retry: 1,
  },
});
