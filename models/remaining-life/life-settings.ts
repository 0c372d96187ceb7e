import { z } from 'zod';
import { text } from '../../rules/format/fields.js';
import type { AgeSource } from '../features/feature-expander.js';
import { unknownFeatures } from '../learning/unknown-features.js';
import type { SettingsIssue } from '../model-kind.js';

export const lifeSettings = z.strictObject({
  unit: z
    .enum(['seconds', 'cycles'])
    .meta({ description: 'What `life`, `low` and `high` count: seconds, or cycles (a row each).' })
    .prefault('seconds'),
  age: text(
    'The feature that says how old the machine is, such as an hour meter; `life` is then in its unit. Without it the age counts from the first row, or the last mark.',
  ).optional(),
  setPoints: z
    .array(text('A feature.'))
    .meta({
      description: 'Features that say how the machine is run; signals are compared within each such regime.',
    })
    .prefault([]),
  cap: z
    .number()
    .positive()
    .meta({
      description:
        'Longer lives count as this long: while a machine is like new, nothing tells how long it will last.',
    })
    .optional(),
});

export type LifeSettings = z.output<typeof lifeSettings>;

export function checkLifeSettings(
  { age, setPoints }: LifeSettings,
  features: readonly string[],
): SettingsIssue[] {
  return [
    ...unknownFeatures(['setPoints'], setPoints, features),
    ...(age === undefined || features.includes(age)
      ? []
      : [{ path: ['age'], message: `must be a feature of this model, not ${JSON.stringify(age)}.` }]),
  ];
}

export function ageSourceOf({ unit, age }: LifeSettings, features: readonly string[]): AgeSource {
  return age === undefined ? { kind: unit } : { kind: 'feature', feature: features.indexOf(age) };
}
