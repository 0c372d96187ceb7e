/**
 * What the models come to on public data sets: `npm run bench:models -- [SET…] [--data DIR]`. Sets that are not in the
 * folder are left out. Exit code 1: a bar was missed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ai4iBenchmark } from './ai4i/ai4i-benchmark.js';
import { femtoBenchmark } from './bearings/femto-benchmark.js';
import { imsBenchmark } from './bearings/ims-benchmark.js';
import { cmapssBenchmark } from './cmapss/cmapss-benchmark.js';
import { cwruBenchmark } from './cwru/cwru-benchmark.js';
import { figuresText, isMet } from './figures-text.js';
import { hydraulicBenchmark } from './hydraulic/hydraulic-benchmark.js';
import type { ModelBenchmark } from './model-benchmark.js';
import { nabBenchmark } from './nab/nab-benchmark.js';
import { skabBenchmark } from './skab/skab-benchmark.js';
import { tepBenchmark } from './tep/tep-benchmark.js';

const BENCHMARKS: readonly ModelBenchmark[] = [
  nabBenchmark,
  skabBenchmark,
  tepBenchmark,
  imsBenchmark,
  femtoBenchmark,
  cmapssBenchmark,
  ai4iBenchmark,
  hydraulicBenchmark,
  cwruBenchmark,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: join('..', 'shared', 'data') } },
});

const unknown = positionals.find((name) => BENCHMARKS.every(({ set }) => set !== name));
const wanted = BENCHMARKS.filter(({ set }) => positionals.length === 0 || positionals.includes(set));
if (unknown !== undefined) {
  console.error(`there is no set ${unknown}: ${BENCHMARKS.map(({ set }) => set).join(', ')}`);
  process.exitCode = 2;
} else if (wanted.length === 1 && wanted[0] !== undefined) await run(wanted[0]);
else for (const { set } of wanted) runAlone(set);

async function run(benchmark: ModelBenchmark): Promise<void> {
  const folder = join(values.data, benchmark.set);
  if (!existsSync(folder)) {
    console.log(`${benchmark.title}: there is no ${folder}\n`);
    return;
  }
  const figures = await benchmark.run(folder);
  // Of this process: nothing else ran in it. In kB.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  console.log(figuresText(benchmark, figures, peakBytes));
  if (!figures.figures.every(isMet)) process.exitCode = 1;
}

/** In a process of its own, so that its peak of memory is its own. */
function runAlone(set: string): void {
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [self, set, '--data', values.data], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
