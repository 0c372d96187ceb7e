import type { JobTable } from './job-contract.js';

/** All jobs there are. */
export const JOBS = {
  backup: async () => (await import('../backup/write-backup.js')).writeBackup,
  sql: async () => (await import('../sql/run-query.js')).runQuery,
  train: async () => (await import('../models/training-job.js')).trainingJob,
  evaluate: async () => (await import('../models/evaluation-job.js')).evaluationJob,
  'feature-rows': async () => (await import('../models/rows-job.js')).rowsJob,
  'warm-up': async () => (await import('../warm-up/warm-up-job.js')).warmUpJob,
} satisfies JobTable;

export type Jobs = typeof JOBS;
