import { defineConfig } from 'vitest/config';

/** What takes long or needs the network: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['tests/**/*.long.test.ts', 'tests/rules/differential*.test.ts'],
    // Many more random cases than in every run.
    env: { TOCSIN_RUNS: process.env['TOCSIN_RUNS'] ?? '20000' },
    maxWorkers: 2,
  },
});
