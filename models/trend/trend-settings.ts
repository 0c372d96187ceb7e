import { z } from 'zod';
import { duration, text } from '../../rules/format/fields.js';
import type { SettingsIssue } from '../model-kind.js';

export const trendSettings = z.strictObject({
  limit: z.number().meta({ description: 'The value that must not be reached, from above or below.' }),
  feature: text(
    'The feature that is on its way to the limit. May be left out when there is only one.',
  ).optional(),
  over: duration(
    'The longest history that a line is fitted to; less, while there is less, or the last part says more.',
  ).prefault('30d'),
});

export type TrendSettings = z.output<typeof trendSettings>;

export function checkTrendSettings(
  { feature }: TrendSettings,
  features: readonly string[],
): readonly SettingsIssue[] {
  if (feature !== undefined && !features.includes(feature))
    return [
      { path: ['feature'], message: `must be a feature of this model, not ${JSON.stringify(feature)}.` },
    ];
  if (feature === undefined && features.length > 1)
    return [{ path: ['feature'], message: 'must say which of the features has the limit.' }];
  return [];
}
