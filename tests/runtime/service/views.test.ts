/**
 * Views with the program as people start it: a rule that reads one fires with the message, rows are published and stored at
 * the broker, `tocsin views` shows them with the service and without it, and a changed view is taken up.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { tocsin } from '../command-line/run-in-process.js';
import { temporarySite } from '../temporary-site.js';
import { TocsinProcess } from './spawn-tocsin.js';

const VIEW = {
  id: 'line-load',
  inputs: { kw: 'f/{line}/{machine}/kw' },
  groupBy: ['line'],
  emit: { total: { sum: 'kw', across: 'machine' } },
  publish: 'views/load/{line}',
};
const SITE = {
  'tocsin.json': { mqtt: { embedded: { port: 0 } } },
  'views/load.json': VIEW,
  'rules/peak.json': {
    id: 'peak',
    inputs: { total: { view: 'line-load', field: 'total' } },
    when: { value: 'total', above: 70 },
  },
};

const TABLE = 'line  total\nl1       95\n';

test('a view, from messages to people, through a kill and a change', async () => {
  const folder = temporarySite(SITE);
  const first = new TocsinProcess(['start', '--site', folder]);
  const url = `mqtt://127.0.0.1:${await first.ready()}`;
  const published: string[] = [];
  const listener = await mqttClient(url);
  listener.on('message', (topic, payload) => published.push(`${topic} ${payload.toString()}`));
  await listener.subscribeAsync('views/#', { qos: 0 });
  const device = await mqttClient(url);
  await device.publishAsync('f/l1/m1/kw', '60', { qos: 1 });
  await device.publishAsync('f/l1/m2/kw', '35', { qos: 1 });
  await vi.waitFor(() => expect(published.at(-1)).toBe('views/load/l1 {"total":95}'), { timeout: 5_000 });
  const alerts = JSON.parse((await tocsin(['alerts', '--site', folder, '--json'])).stdout);
  expect(alerts).toMatchObject([{ rule: 'peak', labels: { line: 'l1' }, values: { total: 95 } }]);
  expect(await tocsin(['views', 'line-load', '--site', folder])).toEqual({
    code: 0,
    stdout: TABLE,
    stderr: '',
  });

  const halved = { ...VIEW, let: { t: { sum: 'kw', across: 'machine' } }, emit: { total: 't / 2' } };
  writeFileSync(join(folder, 'views/load.json'), JSON.stringify(halved));
  await vi.waitFor(() => expect(published.at(-1)).toBe('views/load/l1 {"total":47.5}'), { timeout: 15_000 });
  writeFileSync(join(folder, 'views/load.json'), JSON.stringify(VIEW));
  await vi.waitFor(() => expect(published.at(-1)).toBe('views/load/l1 {"total":95}'), { timeout: 15_000 });

  first.signal('SIGKILL');
  await first.ended();
  const stored = await tocsin(['views', 'line-load', '--site', folder]);
  expect(stored).toEqual({ code: 0, stdout: TABLE, stderr: '(not running)\n' });
}, 60_000);
