import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '../../../runtime/simulation/random.js';
import { FaultRun, type FaultRunOptions, type Verdict } from './fault-run.js';
import { meddle } from './meddling.js';

export interface KillRounds extends Omit<FaultRunOptions, 'seed'> {
  readonly seed: number;
  readonly rounds: number;
}

/** Every so often it is not even granted to start. */
const KILLED_AT_START = 0.2;
const START_MS = 700;
const LIVES_MS = { min: 30, max: 900 };

/**
 * Kills the gateway so many times, at moments that the seed decides, while rules are edited and alerts reset, and judges
 * what is left in the end.
 */
export async function killRounds({ seed, rounds, ...options }: KillRounds): Promise<Verdict> {
  const random = seededRandom(seed);
  const run = await FaultRun.begin({ seed, ...options });
  for (let round = 0; round < rounds; round++) {
    const gateway = run.start();
    if (random.next() < KILLED_AT_START) await sleep(random.next() * START_MS);
    else {
      await gateway.ready();
      await sleep((lifetime(random) * random.next()) / 2);
      await meddle(run, random);
      await sleep(lifetime(random) / 2);
    }
    await gateway.kill();
  }
  run.start();
  return run.verdict();
}

function lifetime(random: Random): number {
  return LIVES_MS.min + random.next() * (LIVES_MS.max - LIVES_MS.min);
}
