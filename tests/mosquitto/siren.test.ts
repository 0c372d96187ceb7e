/**
 * A siren at the plant's broker, on a topic that a rule reads: what the program stored there comes with its next
 * subscription, when it is started again too, and is not taken for input. What others publish there is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { mqttClient } from '../firmware-bridge/bridge-fixture.js';
import { TocsinProcess } from '../runtime/service/spawn-tocsin.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { Mosquitto } from './mosquitto.js';

const siteAt = (url: string, rule: string) => ({
  'tocsin.json': {
    mqtt: { connections: [{ name: 'plant', url, topics: ['plant/#'] }] },
    receivers: { siren: { mqtt: { topic: 'plant/{line}/siren', connection: 'plant' } } },
    routes: [{ match: { rule }, to: ['siren'] }],
    log: { level: 'info' },
  },
  'rules/hot.json': {
    rules: [
      { id: 'hot', inputs: { temp: 'plant/{line}/temp' }, when: { value: 'temp', above: 80 } },
      { id: 'heard', inputs: { siren: 'plant/{line}/siren' }, when: { value: 'siren', equals: 'on' } },
    ],
  },
});

test('is not heard by the program itself, through kills', async () => {
  const broker = await Mosquitto.start();
  const site = temporarySite(siteAt(broker.url, 'hot'));
  const device = await mqttClient(broker.url);
  const stored: string[] = [];
  device.on('message', (_topic, payload) => stored.push(payload.toString()));
  await device.subscribeAsync('plant/l1/siren', { qos: 1 });
  const startUp = async () => {
    const service = new TocsinProcess(['start', '--site', site]);
    await vi.waitFor(() => expect(service.stderr).toContain('connected to'), { timeout: 60_000 });
    return service;
  };
  const first = await startUp();
  // Retained, as the program may not have subscribed yet.
  await device.publishAsync('plant/l1/temp', '90', { qos: 1, retain: true });
  await vi.waitFor(() => expect(stored).toEqual(['on']), { timeout: 10_000 });
  first.signal('SIGKILL');
  await first.ended();

  // Nothing keeps it on any more: the next run says "off", and is sent the "on" that was stored.
  writeFileSync(join(site, 'tocsin.json'), JSON.stringify(siteAt(broker.url, 'cold')['tocsin.json']));
  const second = await startUp();
  await vi.waitFor(() => expect(stored.at(-1)).toBe('off'), { timeout: 10_000 });
  await device.publishAsync('plant/l2/temp', '90', { qos: 1 });
  await vi.waitFor(() => expect(second.stderr).toMatch(/ hot \[l2\]/), { timeout: 10_000 });
  expect(first.stderr + second.stderr).not.toMatch(/ heard \[/);
  await device.publishAsync('plant/l1/siren', 'on', { qos: 1 });
  await vi.waitFor(() => expect(second.stderr).toMatch(/ heard \[l1\]/), { timeout: 10_000 });
});
