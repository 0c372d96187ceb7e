import type { OnlineKind } from '../model-kind.js';
import { TREND_OUTPUTS, TrendScorer } from './trend-scorer.js';
import { checkTrendSettings, type TrendSettings, trendSettings } from './trend-settings.js';

/** Says when a signal that wears out its margin will reach its limit: from its own recent history, without training. */
export const trendKind: OnlineKind<TrendSettings> = {
  name: 'trend',
  source: 'online',
  settings: trendSettings,
  check: checkTrendSettings,
  outputs: () => TREND_OUTPUTS,
  createScorer: (setup) => new TrendScorer(setup),
};
