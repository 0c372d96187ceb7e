import { defineConfig } from 'vitest/config';

/** What takes long or needs the network: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['tests/**/*.long.test.ts'],
    maxWorkers: 2,
  },
});
