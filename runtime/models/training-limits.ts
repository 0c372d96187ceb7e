/** What a training may use: on a small computer much of what there is, when nobody else wants it. */
export const TRAINING_JOB = { heapMegabytes: 1_536, timeoutMs: 6 * 3_600_000, priority: 'lowest' } as const;
