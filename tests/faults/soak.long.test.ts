/**
 * A gateway at work until its files have reached their limits, and on: what it holds in memory and on the disk levels off.
 * TOCSIN_SOAK_MINUTES says for how long; a quarter of it is for warming up.
 */
import { expect, test } from 'vitest';
import { writeProof } from './harness/proof-page.js';
import { type SoakSample, soak } from './harness/soak.js';
import { testSeed } from './harness/test-seed.js';

const MINUTES = Number(process.env['TOCSIN_SOAK_MINUTES'] ?? 20);
const SEED = testSeed();
const MEGABYTE = 1_000_000;
/** The journal at its limit, free pages, its log, and what else there is. */
const STATE_BYTES_MAX = 256 * MEGABYTE;
/** How much more the last quarter may hold than the second: garbage is collected when there is time for it. */
const GROWTH_MAX = { residentBytes: 20 * MEGABYTE, files: 3, stateBytes: 25 * MEGABYTE };

test(
  `${MINUTES} minutes of work`,
  async () => {
    const { samples, sent, acknowledged, notices, errors } = await soak({ seed: SEED, minutes: MINUTES });
    const quarters = [0, 1, 2, 3].map((quarter) => middleOf(samples, quarter));
    const rate = Math.round(sent / (60 * MINUTES));
    writeProof(
      'Hours of work',
      { seed: SEED, test: 'soak.long', settings: [`TOCSIN_SOAK_MINUTES=${MINUTES}`] },
      `${MINUTES} minutes of 20 machines that come and go, ${rate} messages a second, two in three of which carry 1 kB of text, rules that are
edited every 20 s, and alerts by webhook: ${sent.toLocaleString('en')} messages, ${acknowledged.toLocaleString('en')}
acknowledged, ${notices.toLocaleString('en')} notices. What it held in the middle of each quarter:

| | first | second | third | last |
| --- | --- | --- | --- | --- |
| memory, MB | ${row(quarters, ({ residentBytes }) => residentBytes / MEGABYTE)} |
| open files | ${row(quarters, ({ files }) => files)} |
| state.db, MB | ${row(quarters, ({ stateBytes }) => stateBytes / MEGABYTE)} |
| history.db, MB | ${row(quarters, ({ historyBytes }) => historyBytes / MEGABYTE)} |

${errors.length === 0 ? 'Its log has no error.' : `Errors in its log: ${errors.length}.`}`,
    );
    expect(errors).toEqual([]);
    expect(acknowledged).toBe(sent);
    expect(sent).toBeGreaterThan(1_000);
    expect(notices).toBeGreaterThan(10);
    const [, second, , last] = quarters;
    for (const what of ['residentBytes', 'files'] as const) {
      expect(last?.[what], what).toBeLessThan((second?.[what] ?? 0) + GROWTH_MAX[what]);
    }
    expect(Math.max(...samples.map(({ stateBytes }) => stateBytes))).toBeLessThan(STATE_BYTES_MAX);
    // Where it has reached its limit it stays there.
    const third = quarters[2]?.stateBytes ?? 0;
    if (third > 170 * MEGABYTE) expect(last?.stateBytes).toBeLessThan(third + GROWTH_MAX.stateBytes);
  },
  (MINUTES + 10) * 60_000,
);

/** The median of each measure in a quarter of the time. */
function middleOf(samples: readonly SoakSample[], quarter: number): SoakSample {
  const length = samples.length / 4;
  const part = samples.slice(Math.floor(quarter * length), Math.floor((quarter + 1) * length));
  const median = (of: (sample: SoakSample) => number) =>
    part.map(of).sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? Number.NaN;
  return {
    minutes: median(({ minutes }) => minutes),
    residentBytes: median(({ residentBytes }) => residentBytes),
    files: median(({ files }) => files),
    stateBytes: median(({ stateBytes }) => stateBytes),
    historyBytes: median(({ historyBytes }) => historyBytes),
  };
}

function row(quarters: readonly SoakSample[], of: (sample: SoakSample) => number): string {
  return quarters.map((sample) => of(sample).toFixed(of(sample) < 10 ? 1 : 0)).join(' | ');
}
