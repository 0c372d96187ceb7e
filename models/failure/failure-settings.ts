import { z } from 'zod';
import { duration, text } from '../../rules/format/fields.js';
import { unknownFeatures } from '../learning/unknown-features.js';
import type { SettingsIssue } from '../model-kind.js';

export const failureSettings = z.strictObject({
  horizon: duration('How far it looks ahead: `probability` is that of a failure within this time.'),
  setPoints: z
    .array(text('A feature.'))
    .meta({
      description: 'Features that say how the machine is run; signals are compared within each such regime.',
    })
    .prefault([]),
});

export type FailureSettings = z.output<typeof failureSettings>;

export function checkFailureSettings(
  { setPoints }: FailureSettings,
  features: readonly string[],
): SettingsIssue[] {
  return unknownFeatures(['setPoints'], setPoints, features);
}
