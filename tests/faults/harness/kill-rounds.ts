import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../runtime/simulation/random.js';
import { FaultRun, type FaultRunOptions, type Verdict } from './fault-run.js';
import { meddle } from './meddling.js';

export interface KillRounds extends Omit<FaultRunOptions, 'seed'> {
  readonly seed: number;
  readonly rounds: number;
}

/** Every so often it is not even granted to start. */
const KILLED_AT_START = 0.2;
const START_MS = 700;
/** How many more messages are acknowledged before it is killed, and how long it lives on then. */
const LIVES = { acknowledged: { min: 30, max: 120 }, msMax: 450 };

export interface KillVerdict extends Verdict {
  /** So many were acknowledged at least, by what the seed decided. */
  readonly acknowledgedMin: number;
}

/**
 * Kills the gateway so many times, at moments that the seed decides, while rules are edited and alerts reset, and judges
 * what is left in the end. How long it lives is counted in acknowledgements too, so that it has something to lose however
 * slow the machine is.
 */
export async function killRounds({ seed, rounds, ...options }: KillRounds): Promise<KillVerdict> {
  const random = seededRandom(seed);
  const { min, max } = LIVES.acknowledged;
  const run = await FaultRun.begin({ seed, ...options });
  let acknowledgedMin = 0;
  for (let round = 0; round < rounds; round++) {
    const gateway = run.start();
    if (random.next() < KILLED_AT_START) await sleep(random.next() * START_MS);
    else {
      await gateway.ready();
      await sleep(random.next() * LIVES.msMax);
      await meddle(run, random);
      const more = Math.floor(min + random.next() * (max - min));
      acknowledgedMin += more;
      await run.traffic.acknowledge(more);
      await sleep(random.next() * LIVES.msMax);
    }
    await gateway.kill();
  }
  run.start();
  return { ...(await run.verdict()), acknowledgedMin };
}
