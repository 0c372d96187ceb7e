/** The benchmarks run, measure what they say, and their tables are right. Method: next to no work, then the sums. */
import { describe, expect, test } from 'vitest';
import type { Row, Sample } from './benchmark.js';
import { constructBenchmarks } from './construct-benchmarks.js';
import { deliveryBenchmarks } from './delivery-benchmarks.js';
import { engineBenchmarks } from './engine-benchmarks.js';
import { resultOf, spread } from './figures.js';
import { historyBenchmarks } from './history-benchmarks.js';
import { loadingBenchmarks } from './loading-benchmarks.js';
import { memoryBenchmarks } from './memory-benchmarks.js';
import { benchmarksOf } from './run-benchmarks.js';
import { storageBenchmarks } from './storage-benchmarks.js';
import { table } from './table.js';

const rows = [
  engineBenchmarks,
  constructBenchmarks,
  memoryBenchmarks,
  loadingBenchmarks,
  storageBenchmarks,
  historyBenchmarks,
  deliveryBenchmarks,
].flatMap((group) => group.rows);
const benchmarks = new Map(rows.flatMap(benchmarksOf).map((one) => [one.id, one]));

describe('every benchmark runs', () => {
  test.each([...benchmarks.values()])('$id', async (benchmark) => {
    const { operations, wallNs, bytes } = await benchmark.run(0.001);
    expect(operations).toBeGreaterThan(0);
    expect(wallNs + Math.abs(bytes)).toBeGreaterThan(0);
  });

  test('two runs come to the same', async () => {
    for (const id of ['engine/threshold', 'constructs/an event with each reading', 'memory/large-site']) {
      const runs = [await benchmarks.get(id)?.run(0.01), await benchmarks.get(id)?.run(0.01)];
      expect(runs[0]?.result, id).toBeGreaterThan(0);
      expect(runs[1]?.result, id).toBe(runs[0]?.result);
    }
  });

  test('a rule and its hand-written twin find the same', async () => {
    const engine = await benchmarks.get('engine/threshold')?.run(0.05);
    const closure = await benchmarks.get('engine/closure')?.run(0.05);
    expect(closure?.result).toBe(engine?.result);
  });
});

describe('figures', () => {
  const run = () => Promise.reject(new Error('is not run'));
  const sample = (cpuNs: number, bytes = 0): Sample => ({
    operations: 1000,
    cpuNs,
    wallNs: 2 * cpuNs,
    bytes,
    result: 0,
  });
  const row: Row = {
    what: 'ours',
    benchmark: { id: 'ours', run },
    unit: 'ns',
    reference: { name: 'theirs', benchmark: { id: 'theirs', run }, compare: 'ratio' },
    target: { bound: 'at most', value: 1.2, of: 'ratio' },
  };
  const samples = new Map([
    ['ours', [sample(100_000), sample(300_000), sample(220_000)]],
    ['theirs', [sample(100_000), sample(200_000), sample(200_000)]],
  ]);

  test('medians are compared round by round', () => {
    const { measured, wall, reference, target } = resultOf('engine', row, samples);
    expect(measured).toEqual({ median: 220, min: 100, max: 300 });
    expect(wall).toEqual({ median: 440, min: 200, max: 600 });
    expect(reference?.compared).toEqual({ median: 1.1, min: 1, max: 1.5 });
    expect(target?.isMet).toBe(true);
  });

  test.each([
    { bound: 'at most', value: 1.1, of: 'ratio', isMet: true },
    { bound: 'at most', value: 1.09, of: 'ratio', isMet: false },
    { bound: 'at least', value: 220, of: 'measured', isMet: true },
    { bound: 'at least', value: 220.1, of: 'measured', isMet: false },
  ] as const)('$bound $value of $of: $isMet', ({ isMet, ...target }) => {
    expect(resultOf('engine', { ...row, target }, samples).target?.isMet).toBe(isMet);
  });

  test.each([
    ['per second', 1000 / 220e-6],
    ['ms', 220e-6],
    ['seconds', 220e-9],
    ['count', 1000],
    ['bytes', 8],
    ['megabytes', 8e-6],
  ] as const)('%s', (unit, expected) => {
    const runs = samples.get('ours')?.map((one) => ({ ...one, bytes: 8000 })) ?? [];
    const result = resultOf(
      'engine',
      { ...row, unit, reference: null, target: null },
      new Map([['ours', runs]]),
    );
    expect(result.measured.median).toBeCloseTo(expected, 9);
  });

  test('the median of an even number is between', () => {
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(() => spread([])).toThrow('nothing was measured');
  });

  test('tables', () => {
    const published: Row = {
      ...row,
      what: 'many',
      unit: 'per second',
      reference: { name: 'published', published: 1e6, compare: 'ratio' },
      target: { bound: 'at least', value: 5e6, of: 'measured' },
    };
    const results = [resultOf('engine', row, samples), resultOf('engine', published, samples)];
    expect(`\n${table(results, 'text')}`).toBe(`
      CPU (min–max)       wall      reference         against it  target
ours  220 ns (100–300)    440 ns    theirs: 200 ns    1.1 ×       ≤ 1.2 ×  met
many  4.55 M/s (3.33–10)  2.27 M/s  published: 1 M/s  4.55 ×      ≥ 5 M/s  MISSED
`);
    expect(table(results.slice(0, 1), 'markdown')).toBe(`\
|  | CPU (min–max) | wall | reference | against it | target |  |
| --- | --- | --- | --- | --- | --- | --- |
| ours | 220 ns (100–300) | 440 ns | theirs: 200 ns | 1.1 × | ≤ 1.2 × | met |
`);
  });

  test('what only a clock tells is judged by it, the reference too', () => {
    const result = resultOf('service', { ...row, basis: 'wall' }, samples);
    expect(result.measured).toEqual({ median: 440, min: 200, max: 600 });
    expect(result.reference?.measured).toEqual({ median: 400, min: 200, max: 400 });
    const commits: Row = { ...row, what: 'commits', unit: 'count', reference: null, target: null };
    expect(`\n${table([result, resultOf('service', commits, samples)], 'text')}`).toBe(`
         (min–max)         reference       against it  target
ours     440 ns (200–600)  theirs: 400 ns  1.1 ×       ≤ 1.2 ×  met
commits  1000 (1000–1000)
`);
  });

  test('memory has no times, and columns without anything are left out', () => {
    const memory: Row = { ...row, what: 'an instance', unit: 'bytes', reference: null, target: null };
    const runs = new Map([['ours', [sample(0, 1_234_000)]]]);
    expect(`\n${table([resultOf('memory', memory, runs)], 'text')}`).toBe(`
             bytes (min–max)
an instance  1234 B (1234–1234)
`);
  });
});
