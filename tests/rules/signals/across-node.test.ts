// What `across` makes of a pool of as many series as it looks at, of one more, of a text among them, and of any that change.
import { expect, it } from 'vitest';
import { EngineCounts } from '../../../rules/engine/engine-counts.js';
import { RuleEngine } from '../../../rules/engine/rule-engine.js';
import type { AcrossFunction } from '../../../rules/rule.js';
import { ACROSS_SERIES_MAX, AcrossNode } from '../../../rules/signals/across-node.js';
import { Pool } from '../../../rules/signals/pool.js';
import { Series } from '../../../rules/signals/series.js';
import { type Kind, NUMBER, TEXT, UNKNOWN } from '../../../rules/signals/signal-node.js';
import { across as recomputed } from '../../reference/across.js';
import { seededRandom } from '../../seeded-random.js';

const COUNT = ACROSS_SERIES_MAX;
const COUNTS = new EngineCounts();
const MOMENT = { ...new RuleEngine({ rules: [] }).moment, now: 0 };

function poolOf(count: number): Pool {
  const pool = new Pool('f/+', 'value', COUNTS);
  for (let i = 0; i < count; i++) {
    const series = new Series(`f/${i}`, 'value');
    series.kind = NUMBER;
    // 0 to COUNT - 1, each once, in no order.
    series.num = (i * 7919) % count;
    series.arrival = 0;
    pool.add(series);
  }
  return pool;
}

const pool = poolOf(COUNT);

it.each<[AcrossFunction, number]>([
  ['count', COUNT],
  ['min', 0],
  ['max', COUNT - 1],
  ['range', COUNT - 1],
  ['sum', (COUNT * (COUNT - 1)) / 2],
  ['avg', (COUNT - 1) / 2],
  ['median', (COUNT - 1) / 2],
  ['stddev', Math.sqrt((COUNT ** 2 - 1) / 12)],
])('%s of 5,000 series is %d', (across, value) => {
  const node = new AcrossNode(pool, across, Number.POSITIVE_INFINITY);
  node.settle(MOMENT);
  expect(node.scalar()).toBeCloseTo(value, 6);
});

it.each<[AcrossFunction, number | null]>([
  ['count', 3],
  ['min', null],
  ['sum', null],
  ['median', null],
  ['stddev', null],
])('%s of two numbers and a text is %d', (across, value) => {
  const mixed = poolOf(3);
  const [first] = mixed.members;
  if (first !== undefined) first.kind = TEXT;
  const node = new AcrossNode(mixed, across, Number.POSITIVE_INFINITY);
  node.settle(MOMENT);
  expect(node.scalar()).toBe(value);
});

it.each<AcrossFunction>(['count', 'sum', 'max'])('%s of one more is unknown, and counted', (across) => {
  const before = COUNTS.wideAcross;
  const node = new AcrossNode(poolOf(COUNT + 1), across, 1000);
  node.settle(MOMENT);
  expect([node.scalar(), node.deadline]).toEqual([null, Number.POSITIVE_INFINITY]);
  expect(COUNTS.wideAcross).toBe(before + 1);
});

const RARE: readonly Kind[] = [UNKNOWN, TEXT];
const FUNCTIONS = ['count', 'min', 'max', 'range', 'sum', 'avg', 'median', 'stddev'] as const;

it.each(FUNCTIONS)('%s is what it is made anew, whatever the series do', (across) => {
  const random = seededRandom(7);
  const among = (count: number) => Math.floor(random() * count);
  const changing = poolOf(1);
  const node = new AcrossNode(changing, across, 10);
  const found = new Set<string>();
  for (let now = 0; now < 2000; now++) {
    if (now % 60 === 0) changing.add(new Series(`more/${now}`, 'value'));
    const series = changing.members[among(changing.members.length)];
    if (series === undefined) throw new Error('there is none');
    // Few different values, so that some are equal; now and then it is known no more, or a text.
    series.kind = RARE[among(200)] ?? NUMBER;
    series.num = among(9) - 4;
    series.arrival = now;
    if (now % 3 > 0) continue;
    node.settle({ ...MOMENT, now });
    const known = changing.members.filter(({ kind, arrival }) => kind !== UNKNOWN && arrival + 10 > now);
    const expected = recomputed(
      across,
      known.map(({ kind, num }) => (kind === TEXT ? 'text' : num)),
    );
    if (expected === null) expect(node.scalar()).toBeNull();
    else expect(node.scalar()).toBeCloseTo(expected, 12);
    found.add(expected === null ? 'unknown' : 'known');
  }
  expect([...found].sort()).toEqual(across === 'count' ? ['known'] : ['known', 'unknown']);
});
