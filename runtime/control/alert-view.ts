import type { EpisodeState } from '../storage/ledger.js';
import type { AlertView } from './control-views.js';

/** An episode that has not ended, as it is shown. */
export function alertView({ episode, state, startedAt, last }: EpisodeState): AlertView {
  return {
    rule: last.rule,
    labels: last.labels,
    severity: last.severity,
    state: state === 'latched' ? 'latched' : 'firing',
    episode,
    since: startedAt,
    acknowledged: null,
    shelvedUntil: null,
    silenced: false,
    suppressed: last.suppressed === true,
    stale: last.stale === true,
    values: last.values,
    message: last.message,
  };
}
