import type { JobTable } from './job-contract.js';

/** All jobs there are. */
export const JOBS = {} satisfies JobTable;

export type Jobs = typeof JOBS;
