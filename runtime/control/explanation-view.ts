import type { ExplainedCondition, Explanation } from '../../rules/engine.js';
import type { DeliveryView, ExplanationView } from './control-views.js';

export interface ExplanationContext {
  /** Engine time at which it was explained. */
  readonly time: number;
  /** Wall clock − engine clock. */
  readonly offset: number;
  readonly alert: ExplanationView['alert'];
  readonly mutedBy: ExplanationView['mutedBy'];
  /** Notices that tell of the alert that is on, oldest first. */
  readonly deliveries: readonly DeliveryView[];
}

/** What the engine explains, as it is shown: in printed times, with who was told. */
export function explanationView(explanation: Explanation, context: ExplanationContext): ExplanationView {
  const { time, offset, alert, mutedBy, deliveries } = context;
  return {
    ...explanation,
    levels: explanation.levels.map(({ severity, condition }) => ({
      severity,
      condition: printed(condition, offset),
    })),
    time: time + offset,
    alert,
    mutedBy,
    told: latestToEach(deliveries),
  };
}

function printed(condition: ExplainedCondition, offset: number): ExplainedCondition {
  const { due, of } = condition;
  return {
    ...condition,
    ...(due === undefined ? {} : { due: due + offset }),
    ...(of === undefined ? {} : { of: of.map((part) => printed(part, offset)) }),
  };
}

function latestToEach(deliveries: readonly DeliveryView[]): ExplanationView['told'] {
  const latest = new Map(deliveries.map((delivery) => [delivery.receiver, delivery]));
  return [...latest.values()].map(({ id, receiver, kind, state, lastError }) => ({
    id,
    receiver,
    kind,
    state,
    lastError,
  }));
}
