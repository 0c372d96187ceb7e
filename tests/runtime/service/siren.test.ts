/**
 * A siren at our own broker, with the program as people start it: its level is right after kills, while it is away, and
 * with two machines of one line that resolve one after the other.
 */
import type { MqttClient } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { temporarySite } from '../temporary-site.js';
import { TocsinProcess } from './spawn-tocsin.js';

const SITE = {
  'tocsin.json': {
    mqtt: { embedded: { port: 0 } },
    receivers: { siren: { mqtt: { topic: 'factory/{line}/siren' } } },
  },
  'rules/hot.json': {
    id: 'hot',
    inputs: { temp: 'factory/{line}/{machine}/temp' },
    when: { value: 'temp', above: 80 },
    severity: 'critical',
  },
};

/** What a siren of line l1 hears, and whether it was stored for it. */
async function siren(port: number): Promise<{ heard: string[]; client: MqttClient }> {
  const heard: string[] = [];
  const client = await mqttClient(`mqtt://127.0.0.1:${port}`);
  client.on('message', (topic, payload, { retain }) => {
    heard.push(`${topic} ${payload.toString()}${retain ? ' (stored)' : ''}`);
  });
  await client.subscribeAsync('factory/l1/siren', { qos: 1 });
  return { heard, client };
}

test('a siren sounds, through kills, until the last machine of its line is well', async () => {
  const folder = temporarySite(SITE);
  const first = new TocsinProcess(['start', '--site', folder]);
  const port = await first.ready();
  const early = await siren(port);
  const device = await mqttClient(`mqtt://127.0.0.1:${port}`);
  await device.publishAsync('factory/l1/m1/temp', '90', { qos: 1 });
  await device.publishAsync('factory/l1/m2/temp', '90', { qos: 1 });
  await device.publishAsync('factory/l2/m3/temp', '90', { qos: 1 });
  await vi.waitFor(() => expect(early.heard).toEqual(['factory/l1/siren on']));
  // One that comes later hears what is stored.
  const late = await siren(port);
  await vi.waitFor(() => expect(late.heard).toEqual(['factory/l1/siren on (stored)']));
  first.signal('SIGKILL');
  await first.ended();

  const second = new TocsinProcess(['start', '--site', folder]);
  const again = await second.ready();
  const back = await siren(again);
  await vi.waitFor(() => expect(back.heard[0]).toMatch(/^factory\/l1\/siren on/));
  const revived = await mqttClient(`mqtt://127.0.0.1:${again}`);
  await revived.publishAsync('factory/l1/m1/temp', '70', { qos: 1 });
  await revived.publishAsync('factory/l1/m2/temp', '70', { qos: 1 });
  await vi.waitFor(() => expect(back.heard.at(-1)).toBe('factory/l1/siren off'));
  expect(back.heard.filter((line) => line.endsWith(' off'))).toHaveLength(1);
  second.signal('SIGKILL');
  await second.ended();

  // It missed the end: it hears of it after the next start.
  const third = new TocsinProcess(['start', '--site', folder]);
  onTestFinished(() => third.signal('SIGKILL'));
  const missed = await siren(await third.ready());
  await vi.waitFor(() => expect(missed.heard[0]).toMatch(/^factory\/l1\/siren off/));
}, 60_000);
