/**
 * The exported journal of a real run, with kills, changed rules, late readings and a command in it, replayed: the events
 * that the service stored, byte for byte. The built program as processes, and a real database.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { isSystemRule } from '../../../runtime/delivery/system-alert.js';
import { isPending } from '../../../runtime/replay/replay.js';
import { openStateReader } from '../../../runtime/storage/state-reader.js';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { seededRandom } from '../../seeded-random.js';
import { temporarySite } from '../temporary-site.js';
import { runTocsin } from './run-tocsin.js';
import { TocsinProcess } from './spawn-tocsin.js';

const temp = { topic: 'plant/{machine}/temp', field: 'value' };
const rules = (limit: number) => ({
  rules: [
    { id: 'hot', inputs: { temp }, when: { value: 'temp', above: limit, deadband: 5 }, message: '{temp}' },
    { id: 'hot-for', inputs: { temp }, when: { value: 'temp', above: limit, for: '300ms' }, latch: true },
    { id: 'mean', inputs: { temp }, when: { avg: 'temp', over: '2m', above: 60 }, message: '{temp:.2f}' },
    { id: 'silent', inputs: { temp }, when: { absent: 'temp', for: '500ms' } },
  ],
});
const MESSAGES = 120;

function storedEvents(site: string): AlertEvent[] {
  const stored = openStateReader(join(site, 'data'));
  if (stored === null) throw new Error('nothing is stored');
  const events: AlertEvent[] = [];
  let before: number | undefined;
  for (;;) {
    const page = stored.events({ limit: 1_000, ...(before === undefined ? {} : { before }) });
    const [oldest] = page;
    if (oldest === undefined) break;
    events.unshift(...page.map(({ value }) => value));
    before = oldest.number;
  }
  stored.close();
  return events.filter((event) => !isSystemRule(event.rule) && !isPending(event));
}

test('kills, changed rules, late readings and a command', async () => {
  const site = temporarySite({
    'tocsin.json': {
      mqtt: { embedded: { port: 0 } },
      payloads: [{ timestamp: { field: 'ts', unit: 'ms' } }],
    },
    'rules/rules.json': rules(80),
  });
  const random = seededRandom(20260105);
  const message = () => {
    const late = random() < 0.2 ? random() * 90_000 : random() * 20;
    const payload = { value: Math.round(random() * 1200) / 10, ts: Math.floor(Date.now() - late) };
    return { topic: `plant/m${Math.floor(random() * 3)}/temp`, payload: JSON.stringify(payload) };
  };
  const round = async (end: 'SIGKILL' | 'SIGTERM', act: () => Promise<unknown>) => {
    const tocsin = new TocsinProcess(['start', '--site', site]);
    const device = await mqttClient(`mqtt://127.0.0.1:${await tocsin.ready()}`);
    for (let number = 0; number < MESSAGES; number += 1) {
      const { topic, payload } = message();
      // Some are on their way when it is killed.
      const sent = device.publishAsync(topic, payload, { qos: 1 });
      if (number < MESSAGES - 10) await sent;
      else sent.catch(() => undefined);
      if (number === MESSAGES / 2) await act();
    }
    tocsin.signal(end);
    await tocsin.ended();
    device.end(true);
  };
  const reloaded = (limit: number, isWarmed: boolean) => async () => {
    writeFileSync(join(site, 'rules/rules.json'), JSON.stringify(rules(limit)));
    const isThere = (line: string) =>
      line.includes(`\\"above\\":${limit}`) && line.includes('"warmed"') === isWarmed;
    await vi.waitFor(
      async () => {
        const { stdout } = await runTocsin('export', '--journal', '--site', site);
        expect(stdout.split('\n').some(isThere)).toBe(true);
      },
      { timeout: 20_000, interval: 200 },
    );
  };
  await round('SIGKILL', reloaded(70, true));
  await round('SIGKILL', () => runTocsin('reset', 'hot-for', '--forget', '--all', '--site', site));
  // The rules may not be warm yet when it is killed: they are warmed up after the next start.
  await round('SIGKILL', reloaded(90, false));
  await round('SIGTERM', async () => undefined);

  const expected = storedEvents(site).map((event) => JSON.stringify(event));
  const journal = join(site, 'journal.ndjson');
  expect(await runTocsin('export', '--journal', '--site', site, '--output', journal)).toMatchObject({
    code: 0,
    stderr: '',
  });
  const { code, stdout } = await runTocsin('replay', '--journal', journal);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual(expected);
  const kinds = new Set(expected.map((line) => JSON.parse(line).event));
  expect([...kinds].sort()).toEqual(['cleared', 'firing', 'resolved']);
  expect(expected.length).toBeGreaterThan(100);
  expect(expected.some((line) => line.includes('"late":true'))).toBe(true);

  // With some messages missing it is another run.
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.filter((_line, index) => index < 50 || index > 60).join('\n'));
  const other = await runTocsin('replay', '--journal', journal);
  expect(other.stdout.trimEnd().split('\n')).not.toEqual(expected);
}, 120_000);
