// What happens to an alert, by the sentences of the rule reference, worked out by hand: one row for each side of each
// boundary. Both engines are held to it.
import { expect, it } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan, RuleCommand } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { JsonValue } from '../../rules/reading.js';
import { ReferenceEngine } from './reference-engine.js';

/** Times are seconds after the start. */
export type Given =
  | readonly [at: number, topic: string, payload: JsonValue, more?: { own?: number; retain?: true }]
  | { readonly until: number }
  | { readonly gap: readonly [from: number, to: number] }
  /** The wall clock is so many seconds ahead from now on. */
  | { readonly offset: number }
  | { readonly reset: Readonly<Record<string, string>> }
  | { readonly forget: Readonly<Record<string, string>> };

export type RuleSource = Readonly<Record<string, JsonValue>>;

export interface Row {
  readonly name: string;
  /** Without `id` it is `r`; without `inputs` it reads `x` of each machine; without `when` it is true above 80. */
  readonly rule: RuleSource | readonly RuleSource[];
  readonly given: readonly Given[];
  /** `seconds labels event severity`, then what else it says; of several rules the id comes first. */
  readonly events: readonly string[];
}

/** Midnight UTC of a Thursday. */
export const START = Date.UTC(2026, 0, 1);

/** The machines in it: a CSV file for the rules that name the table. */
const TABLE = { path: 'tables/machines.csv', text: 'm,limit\na,80\nb,\n' };

export function planOf(rule: Row['rule']): Plan {
  const sources: readonly RuleSource[] = Array.isArray(rule) ? rule : [rule];
  const rules = sources.map((source) => ({
    id: 'r',
    inputs: { x: 'f/{m}/x' },
    when: { value: 'x', above: 80 },
    ...source,
  }));
  const loaded = loadRules([{ path: 'rules/r.json', text: JSON.stringify({ rules }) }, TABLE]);
  if (loaded.issues.length > 0) throw new Error(`refused: ${JSON.stringify(loaded.issues, null, 2)}`);
  return { rules: loaded.rules };
}

export function bothEngines(plan: Plan): Engine[] {
  return [new ReferenceEngine(plan), createEngine(plan)];
}

/** Feeds one input; a command that is refused says so in place of an event. */
export function feed(engine: Engine, given: Given): (AlertEvent | string)[] {
  if ('until' in given) return [...engine.advance(at(given.until))];
  if ('gap' in given) return [...engine.gap(at(given.gap[0]), at(given.gap[1]))];
  if ('offset' in given) return [...engine.offset(given.offset * 1000)];
  if ('reset' in given) return command(engine, 'reset', given.reset);
  if ('forget' in given) return command(engine, 'forget', given.forget);
  const [arrival, topic, payload, { own = arrival, retain = false } = {}] = given;
  return [...engine.message({ topic, payload, time: at(own), arrival: at(arrival), retain })];
}

function command(
  engine: Engine,
  kind: RuleCommand['kind'],
  labels: Readonly<Record<string, string>>,
): (AlertEvent | string)[] {
  const result = engine.command({ kind, rule: 'r', labels });
  return result.kind === 'done' ? [...result.events] : ['refused'];
}

function at(seconds: number): number {
  return START + seconds * 1000;
}

function line(event: AlertEvent | string, hasRules: boolean): string {
  if (typeof event === 'string') return event;
  const { time, rule, labels, severity, previous, reason, suppressed, late } = event;
  return [
    String((time - START) / 1000),
    ...(hasRules ? [rule] : []),
    ...Object.values(labels),
    event.event,
    severity,
    ...(previous === undefined ? [] : [`was ${previous}`]),
    ...(reason === undefined ? [] : [reason]),
    ...(suppressed ? ['suppressed'] : []),
    ...(late ? ['late'] : []),
  ].join(' ');
}

/** A test for each row. */
export function table(rows: readonly Row[]): void {
  it.each(rows)('$name', ({ rule, given, events }) => {
    for (const engine of bothEngines(planOf(rule))) {
      const lines = given.flatMap((one) =>
        feed(engine, one).map((event) => line(event, Array.isArray(rule))),
      );
      expect(lines).toEqual(events);
    }
  });
}

/** Readings of one topic: pairs of seconds and value. */
export function readings(topic: string, ...values: Pair[]): Given[] {
  return values.map(([time, value]) => [time, topic, value]);
}

type Pair = readonly [at: number, value: JsonValue];

/** Readings of machine a, by the last level of the topic. */
export function ofA(name: string): (...values: Pair[]) => Given[] {
  return (...values) => readings(`f/a/${name}`, ...values);
}
