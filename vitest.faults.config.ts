import { configDefaults, defineConfig } from 'vitest/config';

/** They look for stalls of 50 ms, which others beside them would make. */
const ALONE = ['tests/faults/hostile-pauses.test.ts', 'tests/faults/slow-disk.test.ts'];

const shared = {
  // Only what hangs takes so long: there is no other time limit for the work of a test.
  testTimeout: 240_000,
  hookTimeout: 240_000,
} as const;

/**
 * What takes the machine apart around the program: `npm run test:faults`. Needs mosquitto, strace, and root for disks of
 * its own. Nothing is tried a second time: what fails now and then is a fault, of the program or of its test.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'faults',
          include: ['tests/faults/**/*.test.ts', 'tests/mosquitto/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'tests/**/*.long.test.ts', ...ALONE],
          // Most of them wait for most of the time: for a broker that is frozen, a receiver that hangs, a disk.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
