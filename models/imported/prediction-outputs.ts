import type { OutputShape } from '../scorer.js';

/** The outputs of models that name none: `prediction`, or `prediction.0`, `prediction.1`… of several classes. */
export function outputShapes(classes: number): OutputShape[] {
  if (classes === 1) return [{ name: 'prediction', kind: 'number' }];
  return Array.from({ length: classes }, (_, index) => ({
    name: `prediction.${index}`,
    kind: 'number' as const,
  }));
}
