import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../runtime/simulation/random.js';
import { FaultRun, type FaultRunOptions, type Verdict } from './fault-run.js';
import { cutPower, PowerCutDisk } from './mounted-disk.js';

export interface PowerCuts extends Pick<FaultRunOptions, 'seed' | 'durability'> {
  readonly cuts: number;
}

const LIVES_MS = { min: 50, max: 850 };

/** Cuts the power so many times, at moments that the seed decides, and judges what is left in the end. */
export async function powerCuts({ seed, durability = 'balanced', cuts }: PowerCuts): Promise<Verdict> {
  const random = seededRandom(seed);
  const disk = new PowerCutDisk();
  const run = await FaultRun.begin({ seed, data: disk.path, durability });
  for (let cut = 0; cut < cuts; cut++) {
    const gateway = run.start();
    await gateway.ready();
    await sleep(LIVES_MS.min + random.next() * (LIVES_MS.max - LIVES_MS.min));
    await cutPower(gateway, disk);
  }
  run.start();
  return run.verdict();
}
