/**
 * What the models come to on public data sets: `npm run bench:models -- [SET…] [--data DIR]`. Sets that are not in the
 * folder are left out. Exit code 1: a bar was missed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ai4iBenchmark } from './ai4i/ai4i-benchmark.js';
import { imsBenchmark } from './bearings/ims-benchmark.js';
import { cmapssBenchmark } from './cmapss/cmapss-benchmark.js';
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
  cmapssBenchmark,
  ai4iBenchmark,
  hydraulicBenchmark,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: join('..', 'shared', 'data') } },
});

const unknown = positionals.find((name) => BENCHMARKS.every(({ set }) => set !== name));
if (unknown === undefined) await runAll();
else {
  console.error(`there is no set ${unknown}: ${BENCHMARKS.map(({ set }) => set).join(', ')}`);
  process.exitCode = 2;
}

async function runAll(): Promise<void> {
  for (const benchmark of BENCHMARKS) {
    const folder = join(values.data, benchmark.set);
    if (positionals.length > 0 && !positionals.includes(benchmark.set)) continue;
    if (!existsSync(folder)) {
      console.log(`${benchmark.title}: there is no ${folder}\n`);
      continue;
    }
    const figures = await benchmark.run(folder);
    console.log(figuresText(benchmark, figures));
    if (!figures.figures.every(isMet)) process.exitCode = 1;
  }
}
