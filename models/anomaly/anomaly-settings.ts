import { z } from 'zod';
import { text } from '../../rules/format/fields.js';

const READINGS_MAX = 10_000;
/** Of the readings that a group keeps until it has learnt: some 1.2 MB an instance. */
const VALUES_MAX = 120_000;

export const anomalySettings = z.strictObject({
  warmUp: z
    .int()
    .min(100)
    .max(READINGS_MAX)
    .meta({
      description:
        'Readings from which it learns what is normal before it says anything: 200 for one feature, 400 for more. They should show all that is normal: with a cycle, two or three of it.',
    })
    .optional(),
  falseAlarmRate: z
    .number()
    .min(1e-6)
    .max(0.01)
    .meta({
      description:
        'Share of calm readings that may be called anomalous. Less of it misses more; the scores stay as they are.',
    })
    .prefault(0.0005),
  setPoints: z
    .array(text('A feature.'))
    .meta({
      description:
        'Features that say how the machine is run, such as the speed asked for: signals are compared within each such regime.',
    })
    .prefault([]),
});

export type AnomalySettings = z.output<typeof anomalySettings>;

/** A group has more to learn: how its signals go together. */
export function warmUpOf({ warmUp }: AnomalySettings, features: readonly string[]): number {
  return warmUp ?? (features.length === 1 ? SIGNAL_WARM_UP : GROUP_WARM_UP);
}

/** How long a warm-up may be. A signal by itself keeps nothing of it. */
export function warmUpMaxOf(features: readonly string[]): number {
  if (features.length === 1) return READINGS_MAX;
  return Math.min(READINGS_MAX, Math.floor(VALUES_MAX / features.length));
}

const SIGNAL_WARM_UP = 200;
const GROUP_WARM_UP = 400;
