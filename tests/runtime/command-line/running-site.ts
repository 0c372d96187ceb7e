import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { listenControl } from '../../../runtime/control/control-socket.js';
import { FakeTarget } from '../control/fake-target.js';
import { HOT } from '../replay/rules-of.js';
import { temporarySite } from '../temporary-site.js';

/** A site whose service is a made-up one, on a real socket. */
export async function runningSite(
  files: Readonly<Record<string, unknown>> = {},
): Promise<{ site: string; target: FakeTarget }> {
  const site = temporarySite({ 'tocsin.json': { timezone: 'UTC' }, 'rules/hot.json': HOT, ...files });
  const dataFolder = join(site, 'data');
  mkdirSync(dataFolder, { recursive: true });
  const target = new FakeTarget();
  const socket = await listenControl({ dataFolder, target, clock: systemClock, onFault: () => undefined });
  onTestFinished(() => socket.stop());
  return { site, target };
}
