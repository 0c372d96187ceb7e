/**
 * A rule that is added while the program runs: its window of 24 hours is right from its first second. The built program as a
 * process, with its own database and the process that looks at the past.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { temporarySite } from '../temporary-site.js';
import { runTocsin } from './run-tocsin.js';
import { TocsinProcess } from './spawn-tocsin.js';

const HOUR = 3_600_000;
const MEASURED_HOURS = 26;

test('a window of a day, of a new rule', async () => {
  const site = temporarySite({
    'tocsin.json': {
      mqtt: { embedded: { port: 0 } },
      payloads: [{ timestamp: { field: 'ts', unit: 'ms' } }],
    },
    'rules/hot.json': {
      id: 'hot',
      inputs: { temp: { topic: 'plant/{machine}/temp', field: 'temp' } },
      when: { value: 'temp', above: 80 },
    },
  });
  const tocsin = new TocsinProcess(['start', '--site', site]);
  const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
  const now = Date.now();
  for (let hours = MEASURED_HOURS; hours > 0; hours--) {
    for (const [machine, temp] of [
      ['m1', 60],
      ['m2', 40],
    ] as const) {
      const payload = JSON.stringify({ temp, ts: now - hours * HOUR + 600_000 });
      await device.publishAsync(`plant/${machine}/temp`, payload, { qos: 1 });
    }
  }
  writeFileSync(
    join(site, 'rules/day.json'),
    JSON.stringify({
      id: 'day',
      inputs: { temp: { topic: 'plant/{machine}/temp', field: 'temp' } },
      let: { mean: { avg: 'temp', over: '24h', full: true }, readings: { count: 'temp', over: '24h' } },
      when: { value: 'mean', above: 50 },
    }),
  );
  // Not one message comes from here on.
  await vi.waitFor(
    async () => {
      const { stdout } = await runTocsin('alerts', '--json', '--site', site);
      expect(JSON.parse(stdout)).toMatchObject([
        { rule: 'day', labels: { machine: 'm1' }, values: { mean: 60, readings: 24 } },
      ]);
    },
    { timeout: 30_000, interval: 200 },
  );
  const { stdout } = await runTocsin('status', '--json', '--site', site);
  expect(JSON.parse(stdout).engine).toMatchObject({ rules: 2, instances: 4, warming: [] });
  device.end(true);
  tocsin.signal('SIGTERM');
  await tocsin.ended();
}, 60_000);
