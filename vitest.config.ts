import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Those have vitest.long.config.ts and vitest.faults.config.ts.
const LONG = ['tests/**/*.long.test.ts', 'tests/faults/**/*.test.ts', 'tests/mosquitto/**/*.test.ts'];

/** They take 20 s and more each: begun last, they would run alone at the end. */
const LONGEST = [
  'tests/rules/differential.test.ts',
  'tests/examples/readme.test.ts',
  'tests/rules/differential-properties.test.ts',
  'tests/examples/commands-page.test.ts',
  'tests/rules/differential-swaps.test.ts',
];

/** Otherwise the largest files are begun first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((path) => moduleId.endsWith(path));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...LONG],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    // The files of a worker share what it has loaded, at half the cost: no module of ours keeps what its users do.
    isolate: false,
    // One more than cores: who waits for brokers and processes leaves its own to others.
    maxWorkers: 3,
  },
});
