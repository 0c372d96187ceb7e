/** What a training may use: on a small computer much of what there is. */
export const TRAINING_JOB = { heapMegabytes: 1_536, timeoutMs: 6 * 3_600_000 } as const;
