import type { EndReason } from '../../../rules/alert-event.js';
import type { Severity } from '../../../rules/rule.js';

/** One run of an alert from firing to resolved, as the story tells it. Times are epoch ms. */
export interface Episode {
  readonly from: number;
  /** `null`: it has not ended. */
  to: number | null;
  /** The severities it had, in order, each from its time on. */
  readonly severities: { readonly severity: Severity; readonly from: number }[];
  /** That of the first event; later ones repeat it with other numbers. */
  readonly message: string;
  readonly suppressed: boolean;
  /** Its condition ended, but it goes on until somebody resets it. */
  isLatched: boolean;
  reason: EndReason | null;
}

/** How long it lasted; one that has not ended, until `end`. */
export function durationMs(episode: Episode, end: number): number {
  return (episode.to ?? end) - episode.from;
}
