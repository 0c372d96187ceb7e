import type { JobTable } from './job-contract.js';

/** All jobs there are. */
export const JOBS = {
  sql: async () => (await import('../sql/run-query.js')).runQuery,
} satisfies JobTable;

export type Jobs = typeof JOBS;
