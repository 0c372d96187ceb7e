import { anomalyKind } from '../../models/anomaly/anomaly-kind.js';
import { failureKind } from '../../models/failure/failure-kind.js';
import { importedKind } from '../../models/imported/imported-kind.js';
import type { ModelKind } from '../../models/model-kind.js';
import { remainingLifeKind } from '../../models/remaining-life/remaining-life-kind.js';
import { trendKind } from '../../models/trend/trend-kind.js';

/** The kinds of models there are. Loading them takes time and memory, which sites without models are spared. */
export const ALL_KINDS: readonly ModelKind[] = [
  anomalyKind,
  trendKind,
  remainingLifeKind,
  failureKind,
  importedKind,
];
