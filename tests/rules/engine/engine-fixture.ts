import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine, Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { JsonValue, Message } from '../../../rules/reading.js';

/** A rule as users write it; without `when` one that is true above 80, without `inputs` one of each machine. */
export type RuleSource = Readonly<Record<string, JsonValue>>;

export const START = Date.UTC(2026, 0, 1);

export function planOf(...rules: readonly RuleSource[]): Plan {
  const completed = rules.map((rule) => ({
    inputs: { x: 'f/{m}/x' },
    when: { value: 'x', above: 80 },
    ...rule,
  }));
  const loaded = loadRules([{ path: 'rules/test.json', text: JSON.stringify({ rules: completed }) }]);
  if (loaded.issues.length > 0) throw new Error(`refused: ${JSON.stringify(loaded.issues, null, 2)}`);
  return { rules: loaded.rules };
}

export function engineOf(...rules: readonly RuleSource[]): Engine {
  return createEngine(planOf(...rules));
}

/** A message so many seconds after the start. */
export function at(seconds: number, topic: string, payload: JsonValue, more: Partial<Message> = {}): Message {
  const time = START + seconds * 1000;
  return { topic, payload, time, arrival: time, ...more };
}

/** Events as rows: seconds since the start, rule, machine (if there is one), event, and what else it says. */
export function rows(events: readonly AlertEvent[]): string[] {
  return events.map(({ time, rule, event, severity, labels, previous, reason, suppressed, late, stale }) =>
    [
      (time - START) / 1000,
      rule,
      ...Object.values(labels),
      event,
      severity,
      ...(previous === undefined ? [] : [`was ${previous}`]),
      ...(reason === undefined ? [] : [reason]),
      ...(suppressed ? ['suppressed'] : []),
      ...(late ? ['late'] : []),
      ...(stale ? ['stale'] : []),
    ].join(' '),
  );
}

/** Lets time pass until so many seconds after the start. */
export function until(engine: Engine, seconds: number): string[] {
  return rows(engine.advance(START + seconds * 1000));
}
