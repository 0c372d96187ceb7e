import type { Plan } from '../../../rules/engine.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { scoresOf } from './site-scores.js';

/** What an anomaly model said of messages: a row each; 0 and false while it knew nothing, or was not asked. */
export interface AnomalyRun {
  readonly scores: Float64Array;
  readonly isAnomalous: readonly boolean[];
  readonly causes: readonly (string | null)[];
  readonly seconds: number;
  readonly stateBytes: number;
}

/** The outputs of an anomaly model, one list a message. */
export function runAnomaly(plan: Plan, messages: readonly RecordedMessage[]): AnomalyRun {
  const { rows, seconds, stateBytes } = scoresOf(plan, messages);
  const outputs = rows.map((row) => row?.outputs ?? []);
  return {
    scores: Float64Array.from(outputs, ([score]) => Number(score ?? 0)),
    isAnomalous: outputs.map(([, anomalous]) => anomalous === true),
    causes: outputs.map(([, , cause]) => (typeof cause === 'string' ? cause : null)),
    seconds,
    stateBytes,
  };
}
