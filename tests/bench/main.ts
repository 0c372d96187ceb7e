/**
 * The benchmarks: `npm run bench -- [GROUP…] [--json | --markdown]`. Groups: engine, constructs, memory, loading,
 * storage, history, delivery, intake, latency, footprint, training (default: all). Exit code 1: a target was missed.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { constructBenchmarks } from './construct-benchmarks.js';
import { deliveryBenchmarks } from './delivery-benchmarks.js';
import { engineBenchmarks } from './engine-benchmarks.js';
import type { Result } from './figures.js';
import { historyBenchmarks } from './history-benchmarks.js';
import { loadingBenchmarks } from './loading-benchmarks.js';
import { memoryBenchmarks } from './memory-benchmarks.js';
import { benchmarksOf, runBenchmarks } from './run-benchmarks.js';
import { intakeBenchmarks } from './service/intake-benchmarks.js';
import { footprintBenchmarks, latencyBenchmarks } from './service/service-benchmarks.js';
import { trainingBenchmarks } from './service/training-benchmarks.js';
import { storageBenchmarks } from './storage-benchmarks.js';
import { table } from './table.js';

const GROUPS = [
  engineBenchmarks,
  constructBenchmarks,
  memoryBenchmarks,
  loadingBenchmarks,
  storageBenchmarks,
  historyBenchmarks,
  deliveryBenchmarks,
  intakeBenchmarks,
  latencyBenchmarks,
  footprintBenchmarks,
  trainingBenchmarks,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    // What the harness starts for each run.
    run: { type: 'string' },
  },
});

if (values.run === undefined) await runGroups(positionals);
else await runOne(values.run);

async function runOne(id: string): Promise<void> {
  const benchmark = GROUPS.flatMap(({ rows }) => rows.flatMap(benchmarksOf)).find((one) => one.id === id);
  if (benchmark === undefined) throw new Error(`there is no benchmark ${id}`);
  console.log(JSON.stringify(await benchmark.run(1)));
}

async function runGroups(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => GROUPS.every((group) => group.name !== name));
  if (unknown !== undefined) {
    console.error(`there is no group ${unknown}: ${GROUPS.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const results: Result[] = [];
  for (const group of GROUPS) {
    if (names.length > 0 && !names.includes(group.name)) continue;
    const found = await runBenchmarks(group, fileURLToPath(import.meta.url), showProgress);
    showProgress('');
    results.push(...found);
    if (values.json) continue;
    console.log(values.markdown ? `## ${group.title}\n` : group.title.toUpperCase());
    console.log(table(found, values.markdown ? 'markdown' : 'text'));
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
  if (results.some(({ target }) => target?.isMet === false)) process.exitCode = 1;
}

/** One line that is written over, on terminals only. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
