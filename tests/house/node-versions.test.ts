/**
 * The same events under every Node we support. Method: the built program replays a scenario that uses
 * every construct; a digest of its events is compared with the one on file. Other Nodes: node-versions.long.test.ts.
 * `RENEW_GOLDEN=1 npx vitest run tests/house/node-versions.test.ts` writes the digest anew; its diff shows which rules
 * changed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRules } from '../../rules/format/load-rules.js';
import { walkRule } from '../../rules/format/walk-rule.js';
import type { AggregateFunction, Condition, Signal, Window } from '../../rules/rule.js';
import { digestOf } from './node-versions/digest.js';
import { replayScenario, SCENARIO } from './node-versions/replay-scenario.js';

const EXPECTED = join(SCENARIO, 'expected.json');

test('the running Node gives the events on file, from every rule', () => {
  const digest = digestOf(replayScenario(process.execPath));
  if (process.env['RENEW_GOLDEN'] === '1') writeFileSync(EXPECTED, `${JSON.stringify(digest, null, 2)}\n`);
  expect(digest).toEqual(JSON.parse(readFileSync(EXPECTED, 'utf8')));
  expect(Object.keys(digest)).toEqual([
    '(all)',
    ...rules()
      .map(({ id }) => id)
      .sort(),
  ]);
});

// A kind that is new does not compile until it is here, and fails until the scenario uses it.

const FUNCTIONS: Readonly<Record<AggregateFunction, true>> = {
  count: true,
  sum: true,
  avg: true,
  min: true,
  max: true,
  range: true,
  first: true,
  last: true,
  delta: true,
  stddev: true,
  variance: true,
  median: true,
  percentile: true,
  rms: true,
  mad: true,
  zscore: true,
  increase: true,
  rate: true,
  changes: true,
  distinct: true,
  slope: true,
  predict: true,
  timeTo: true,
  timeAvg: true,
  integral: true,
  duty: true,
};
const WINDOWS: Readonly<Record<Window['kind'], true>> = {
  sliding: true,
  count: true,
  aligned: true,
  session: true,
  during: true,
};
const SIGNALS: Readonly<Record<Signal['kind'], true>> = {
  name: true,
  value: true,
  previous: true,
  aggregate: true,
  expression: true,
  lookup: true,
  across: true,
  ewma: true,
};
const CONDITIONS: Readonly<Record<Condition['kind'], true>> = {
  compare: true,
  expression: true,
  absent: true,
  changed: true,
  all: true,
  any: true,
  not: true,
  some: true,
  sequence: true,
  after: true,
  times: true,
  for: true,
  keepFor: true,
};

test('the scenario uses everything that the engine has', () => {
  const used = { functions: new Set(), windows: new Set(), signals: new Set(), conditions: new Set() };
  for (const rule of rules()) {
    walkRule(rule, {
      signal(signal) {
        used.signals.add(signal.kind);
        if (signal.kind !== 'aggregate') return;
        used.functions.add(signal.function);
        used.windows.add(signal.window.kind);
      },
      condition: ({ kind }) => used.conditions.add(kind),
    });
  }
  const unused = (all: object, found: ReadonlySet<unknown>) =>
    Object.keys(all).filter((kind) => !found.has(kind));
  expect({
    functions: unused(FUNCTIONS, used.functions),
    windows: unused(WINDOWS, used.windows),
    signals: unused(SIGNALS, used.signals),
    conditions: unused(CONDITIONS, used.conditions),
  }).toEqual({ functions: [], windows: [], signals: [], conditions: [] });
});

function rules() {
  const files = ['rules', 'tables'].flatMap((folder) =>
    readdirSync(join(SCENARIO, folder))
      .sort()
      .map((name) => ({
        path: `${folder}/${name}`,
        text: readFileSync(join(SCENARIO, folder, name), 'utf8'),
      })),
  );
  const loaded = loadRules(files);
  expect(loaded.issues).toEqual([]);
  return loaded.rules;
}
