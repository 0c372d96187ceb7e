import { z } from 'zod';

export const anomalySettings = z.strictObject({
  warmUp: z
    .int()
    .min(100)
    .max(10_000)
    .meta({
      description:
        'Readings from which it learns what is normal before it says anything. They should show all that is normal: with a cycle, two or three of it.',
    })
    .prefault(400),
  falseAlarmRate: z
    .number()
    .min(1e-6)
    .max(0.01)
    .meta({
      description:
        'Share of calm readings that may be called anomalous. Less of it misses more; the scores stay as they are.',
    })
    .prefault(0.001),
});

export type AnomalySettings = z.output<typeof anomalySettings>;
