import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BENCH_FOLDER, type Benchmark, type Group, type Row, type Sample } from './benchmark.js';
import { type Result, resultOf } from './figures.js';

/** Odd, so that the median is one of the runs. */
const ROUNDS = 5;

/**
 * Runs every benchmark of a group once per round, each time in a new process: what slows the machine for a while slows
 * all rows alike.
 *
 * @param script takes `--run ID` and prints one sample as JSON
 * @param progress called before each run
 */
export async function runBenchmarks(
  group: Group,
  script: string,
  progress: (text: string) => void,
): Promise<Result[]> {
  const benchmarks = [...new Map(group.rows.flatMap(benchmarksOf).map((one) => [one.id, one])).values()];
  const samples = new Map<string, Sample[]>(benchmarks.map(({ id }) => [id, []]));
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      for (const { id } of benchmarks) {
        progress(`round ${round} of ${ROUNDS}: ${id}`);
        const sample = await runOnce(script, id, folder);
        const others = samples.get(id) ?? [];
        others.push(sample);
        if (others.some(({ result }) => result !== sample.result)) {
          throw new Error(`${id} came to different results in different runs`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return group.rows.map((row) => resultOf(group.name, row, samples));
}

export function benchmarksOf({ benchmark, reference }: Row): Benchmark[] {
  return reference !== null && 'benchmark' in reference ? [benchmark, reference.benchmark] : [benchmark];
}

async function runOnce(script: string, id: string, folder: string): Promise<Sample> {
  const args = ['--expose-gc', '--max-old-space-size=4096', script, '--run', id];
  const env = { ...process.env, [BENCH_FOLDER]: folder };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}
