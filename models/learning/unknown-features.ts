import type { SettingsIssue } from '../model-kind.js';

/** One issue for each of `names` that is no feature. */
export function unknownFeatures(
  path: readonly string[],
  names: readonly string[],
  features: readonly string[],
): SettingsIssue[] {
  return names.flatMap((name, index) =>
    features.includes(name)
      ? []
      : [
          {
            path: [...path, index],
            message: `must be a feature of this model, not ${JSON.stringify(name)}.`,
          },
        ],
  );
}
