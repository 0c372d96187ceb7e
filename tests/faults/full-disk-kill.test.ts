/**
 * The disk is full, alerts begin and end, and the program is killed before the messages that caused it are stored: it goes
 * on from before. No alert may stand that no rule knows, and none may begin that nobody hears of.
 */
import { expect, onTestFinished, test, vi } from 'vitest';
import { Device } from '../bench/service/device.js';
import { freePort } from '../loopback-port.js';
import { temporarySite } from '../runtime/temporary-site.js';
import { GatewayProcess } from './harness/gateway-process.js';
import { SmallDisk } from './harness/mounted-disk.js';
import { gatewayOn } from './harness/running-gateway.js';
import { WebhookSink } from './harness/webhook-sink.js';

const PADDING = 'x'.repeat(100_000);
const SOON = { timeout: 60_000, interval: 50 };

async function plant() {
  const disk = new SmallDisk(64);
  const sink = await WebhookSink.start();
  onTestFinished(() => sink.stop());
  const port = await freePort();
  const site = temporarySite({
    'tocsin.json': {
      data: disk.path,
      mqtt: { embedded: { port } },
      receivers: { crew: { webhook: { url: sink.url() } } },
    },
    'rules/hot.json': {
      id: 'hot',
      inputs: { temp: 'plant/{machine}/temp' },
      when: { value: 'temp', above: 80, deadband: 5 },
    },
  });
  const start = async () => {
    const gateway = new GatewayProcess({ site });
    onTestFinished(() => gateway.kill());
    await gateway.ready();
    const device = await Device.connect(port, 'device');
    // With QoS 0 it is not acknowledged, and evaluated all the same.
    const send = (machine: string, value: number) =>
      device.send({ topic: `plant/${machine}/temp`, payload: `${value}` });
    return { gateway, device, send };
  };
  /** Such as `firing m1`, in the order in which the crew was told. */
  const told = () =>
    sink.requests
      .flatMap(({ body }) => JSON.parse(body).alerts)
      .filter(({ rule }) => rule === 'hot')
      .map(({ event, labels }) => `${event} ${labels.machine}`);
  const untilTold = (...all: string[]) => vi.waitFor(() => expect(told()).toEqual(all), SOON);
  const alerts = async () =>
    (await (await gatewayOn(disk.path)).alerts()).map(({ rule, labels }) =>
      [rule, ...Object.values(labels)].join(' '),
    );
  return { disk, start, untilTold, alerts };
}

test('killed while the disk is full: alerts and rules agree afterwards', async () => {
  const { disk, start, untilTold, alerts } = await plant();
  const first = await start();
  for (const machine of ['stays', 'ends', 'again']) first.send(machine, 90);
  await first.device.publish({ topic: 'plant/other/temp', payload: '20' });
  const before = ['firing stays', 'firing ends', 'firing again'];
  await untilTold(...before);
  disk.fill();
  await vi.waitFor(async () => {
    // Its files have some room left.
    first.device.send({ topic: 'plant/other/temp', payload: JSON.stringify({ value: 21, rest: PADDING }) });
    expect(await alerts()).toContain('tocsin/storage-degraded');
  }, SOON);
  // None of these is in the journal, and all of them are among the alerts.
  first.send('ends', 20);
  first.send('again', 20);
  first.send('again', 90);
  first.send('new', 90);
  const meanwhile = ['resolved ends', 'resolved again', 'firing again', 'firing new'];
  await untilTold(...before, ...meanwhile);
  await vi.waitFor(async () => expect(await alerts()).toContain('hot new'), SOON);
  await first.gateway.kill();
  first.device.close();

  disk.empty();
  const second = await start();
  // What no rule knows of has ended, and people are told.
  const after = ['resolved again', 'resolved new'];
  await untilTold(...before, ...meanwhile, ...after);
  await vi.waitFor(async () => expect(await alerts()).toEqual(['hot stays']), SOON);
  // And what holds is raised, whether its rule took it for over or for firing.
  for (const machine of ['ends', 'again', 'new', 'stays']) second.send(machine, 91);
  const raised = ['firing ends', 'firing again', 'firing new'];
  await untilTold(...before, ...meanwhile, ...after, ...raised);
  second.device.close();
});
