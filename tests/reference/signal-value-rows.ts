// What each signal is worth at a time, by the definitions of the rule reference, section 3, worked out by hand: one
// row for each side of each boundary. The reference engine is held to it, and the engine where it has the signal.
import { expect, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { JsonValue, Scalar } from '../../rules/reading.js';
import { ReferenceEngine } from './reference-engine.js';

/** Seconds after midnight, with the value; `own` is the own time where it is not the arrival. */
export type Came = [at: number, value: JsonValue, own?: number];

interface Row {
  name: string;
  signal: JsonValue;
  x: Came[];
  y?: Came[];
  /** Seconds after midnight. */
  at: number;
  value: Scalar | null;
  /** To the last bit, where no rounding may decide. */
  exactly?: number;
  /** In which the engine sees nothing. */
  gap?: [from: number, to: number];
  maxAge?: string;
  /** Of all sources, in seconds. */
  grace?: number;
}

const START = Date.UTC(2026, 0, 1);

/** The value of the signal in the event that a probe causes at that time. */
function valueIn(make: (plan: Plan) => Engine, row: Row): Scalar | null | undefined {
  const engine = make(planOf(row));
  const send = (topic: string, [at, payload, own = at]: Came) => {
    const [time, arrival] = [START + own * 1000, START + at * 1000];
    return engine.message({ topic, payload, time, arrival, grace: (row.grace ?? 0) * 1000 });
  };
  const all = [
    ...row.x.map((came) => ({ topic: 'x', came })),
    ...(row.y ?? []).map((came) => ({ topic: 'y', came })),
  ].toSorted((a, b) => a.came[0] - b.came[0]);
  const before = all.filter(({ came: [at] }) => at <= (row.gap?.[0] ?? row.at));
  for (const { topic, came } of before) send(topic, came);
  if (row.gap !== undefined) engine.gap(START + row.gap[0] * 1000, START + row.gap[1] * 1000);
  for (const { topic, came } of all.slice(before.length)) send(topic, came);
  return send('probe', [row.at, 1]).at(-1)?.values['v'];
}

const ENGINES: ((plan: Plan) => Engine)[] = [(plan) => new ReferenceEngine(plan), createEngine];

function planOf(row: Row): Plan {
  const { rules, issues } = loadRules([fileOf(row)], { allowAll: true });
  expect(issues).toEqual([]);
  return { rules };
}

function fileOf({ signal, maxAge }: Row): { path: string; text: string } {
  const x = maxAge === undefined ? 'x' : { topic: 'x', maxAge };
  const rule = {
    id: 'r',
    inputs: { x, y: 'y', probe: 'probe' },
    let: { v: signal },
    when: { value: 'probe', above: 0 },
  };
  return { path: 'rules/r.json', text: JSON.stringify(rule) };
}

/** A test for each row. */
export function table(rows: readonly Row[]): void {
  it.each(rows)('$name', (row) => {
    for (const make of ENGINES) {
      const value = valueIn(make, row);
      if (row.exactly !== undefined && make === createEngine) expect(value).toBe(row.exactly);
      else if (typeof row.value === 'number') expect(value).toBeCloseTo(row.value, 9);
      else expect(value).toBe(row.value);
    }
  });
}
