import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../runtime/simulation/random.js';
import { FaultRun, type Verdict } from './fault-run.js';
import type { GatewayProcess } from './gateway-process.js';
import { STRACE_ENV, SYNC, type SystemCall, strace } from './strace.js';

/** A moment in the life of the program: the N-th of these calls. */
export interface CallPoint {
  readonly calls: readonly SystemCall[];
  readonly number: number;
}

/** The first calls build and recover files, later ones are those of every day. */
const SYNCS_MAX = 40;
const WRITES_MAX = 300;

export function randomPoints(seed: number, count: number): CallPoint[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const [calls, max] = index % 2 === 0 ? [SYNC, SYNCS_MAX] : ([['pwrite64'], WRITES_MAX] as const);
    // Squared: half of them in the first quarter.
    return { calls, number: 1 + Math.floor(random.next() ** 2 * max) };
  });
}

/** A gateway that has not come to its call so long after it was ready is killed as it is. */
const LIFE_MS_MAX = 3_000;

export interface CallKills extends Verdict {
  /** How many came to their call. */
  readonly killed: number;
}

/** Kills the gateway at one call after another, always on the same files, and judges what is left in the end. */
export async function killAtCalls(options: {
  seed: number;
  points: readonly CallPoint[];
}): Promise<CallKills> {
  const run = await FaultRun.begin({ seed: options.seed });
  let killed = 0;
  for (const { calls, number } of options.points) {
    const wrapper = strace({ calls, effect: 'signal=KILL', when: String(number) });
    const gateway = run.start({ wrapper, env: STRACE_ENV });
    if (await isEndedSoon(gateway)) killed += 1;
    await gateway.kill();
  }
  run.start();
  return { ...(await run.verdict()), killed };
}

async function isEndedSoon(gateway: GatewayProcess): Promise<boolean> {
  const ended = gateway.ended.then(() => true);
  const patience = gateway.ready().then(
    () => sleep(LIFE_MS_MAX, false),
    () => ended,
  );
  return Promise.race([ended, patience]);
}
