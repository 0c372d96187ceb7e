/** The embedded broker with real clients: what reaches the intake, what is acknowledged when, and who is cut off. */
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect } from 'mqtt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EMBEDDED } from '../../firmware-bridge/broker-rejections.js';
import { embeddedBroker, eventOf, mqttClient, Room } from './bridge-fixture.js';

async function rawSocket(port: number): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined); // being cut off may be a reset
  await once(socket, 'connect');
  return socket;
}

test('hands every publish to the intake, and on to subscribers', async () => {
  const { url, inbox } = await embeddedBroker();
  const listener = await mqttClient(url);
  await listener.subscribeAsync('factory/#', { qos: 1 });
  const heard = eventOf(listener, 'message');
  const device = await mqttClient(url, { clientId: 'press-1' });
  await device.publishAsync('factory/l1/temp', '85', { qos: 1, retain: true });
  expect(inbox.messages).toEqual([
    {
      source: EMBEDDED,
      sender: 'press-1',
      topic: 'factory/l1/temp',
      payload: '85',
      qos: 1,
      isRetained: false,
      isRepeat: false,
      packetId: expect.any(Number),
    },
  ]);
  expect(await heard).toBe('factory/l1/temp');
});

test.each([0, 1, 2] as const)('takes QoS %d', async (qos) => {
  const { url, inbox } = await embeddedBroker();
  const device = await mqttClient(url);
  await device.publishAsync('a', 'x', { qos });
  await inbox.reached(1);
  expect(inbox.messages.map((message) => message.qos)).toEqual([qos]);
});

test('takes the will of a client whose connection breaks', async () => {
  const { url, inbox } = await embeddedBroker();
  const device = await mqttClient(url, {
    will: { topic: 'm1/status', payload: Buffer.from('offline'), qos: 1, retain: false },
  });
  device.stream.destroy();
  await inbox.reached(1);
  expect(inbox.messages[0]).toMatchObject({ topic: 'm1/status', payload: 'offline', packetId: null });
});

test('acknowledges QoS 1 only when the intake says that it is safe', async () => {
  let store = () => undefined as unknown;
  const { url } = await embeddedBroker({
    accept: () =>
      new Promise<void>((resolve) => {
        store = resolve;
      }),
  });
  const device = await mqttClient(url);
  let isAcknowledged = false;
  const published = device.publishAsync('a', 'x', { qos: 1 }).then(() => {
    isAcknowledged = true;
  });
  // A ping after it is answered: the broker has read the publish by then.
  device.sendPing();
  await eventOf(device, 'packetreceive');
  expect(isAcknowledged).toBe(false);
  store();
  await published;
});

test.each([
  ['that nobody has subscribed to', []],
  ['that somebody has', ['#']],
])(
  'does not acknowledge what the intake refused of a topic %s, and cuts the client off so that it tries again',
  async (_, filters) => {
    const { url, counters } = await embeddedBroker({ accept: () => Promise.reject(new Error('disk full')) });
    const panel = await mqttClient(url);
    for (const filter of filters) await panel.subscribeAsync(filter);
    const device = await mqttClient(url, { clientId: 'press' });
    let isAcknowledged = false;
    device.publish('a', 'x', { qos: 1 }, (error) => {
      isAcknowledged = error === undefined || error === null;
    });
    await eventOf(device, 'close');
    expect(isAcknowledged).toBe(false);
    expect(counters.list()).toMatchObject([
      { reason: 'notStored', count: 1, sample: { topic: 'a', sender: 'press', payload: 'x' } },
    ]);
  },
);

test('QoS 0 waits for nobody', async () => {
  const { url } = await embeddedBroker({ accept: () => new Promise(() => undefined) });
  const listener = await mqttClient(url);
  await listener.subscribeAsync('a');
  const heard = eventOf(listener, 'message');
  const device = await mqttClient(url);
  device.publish('a', 'x');
  await heard;
});

test.each([0, 1] as const)('publishes with QoS %d to subscribers; that is no input', async (qos) => {
  const { broker, url, inbox } = await embeddedBroker();
  const panel = await mqttClient(url);
  await panel.subscribeAsync('siren');
  const heard = eventOf(panel, 'message');
  await broker.publish('siren', Buffer.from('on'), { qos, retain: true });
  expect(await heard).toBe('siren');
  expect(inbox.messages).toEqual([]);
  const late = await mqttClient(url);
  const stored = eventOf(late, 'message');
  await late.subscribeAsync('siren');
  expect(await stored).toBe('siren');
});

test('knows how many clients are connected', async () => {
  const { broker, url } = await embeddedBroker();
  expect(broker.clients).toBe(0);
  await mqttClient(url);
  const second = await mqttClient(url);
  expect(broker.clients).toBe(2);
  await second.endAsync();
  await vi.waitFor(() => expect(broker.clients).toBe(1));
});

test('holds senders back while the intake is full, QoS 0 too', async () => {
  const room = new Room();
  const { url, inbox } = await embeddedBroker({ whenReady: room.whenReady });
  const device = await mqttClient(url);
  device.publish('a', '1');
  await inbox.reached(1);
  room.fill();
  device.publish('a', '2');
  const held = device.publishAsync('a', '3', { qos: 1 });
  // Another client connects meanwhile: the broker had every chance to read on.
  await mqttClient(url);
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['1']);
  room.drain();
  await held;
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
});

test('system topics are neither for publishing nor for listening', async () => {
  const { url, counters, inbox } = await embeddedBroker();
  const device = await mqttClient(url);
  await expect(device.subscribeAsync('$SYS/#')).rejects.toThrow('Subscribe error');
  device.publish('$SYS/fake', 'x');
  await eventOf(device, 'close');
  expect(counters.total(EMBEDDED, 'systemTopic')).toBe(2);
  expect(inbox.messages).toEqual([]);
});

test('turns an MQTT 5 client away and says why', async () => {
  const { url, counters, log } = await embeddedBroker();
  const client = connect(url, { protocolVersion: 5, reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  client.on('error', () => undefined);
  await eventOf(client, 'close');
  expect(counters.total(EMBEDDED, 'mqtt5')).toBe(1);
  expect(counters.total(EMBEDDED, 'protocol')).toBe(0);
  expect(log.lines).toEqual([expect.stringContaining('MQTT 3.1 and 3.1.1')]);
});

test('cuts off whoever does not speak MQTT, and says it once', async () => {
  const { broker, counters, log } = await embeddedBroker();
  for (let i = 0; i < 3; i += 1) {
    const socket = await rawSocket(broker.port);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
  }
  expect(counters.total(EMBEDDED, 'notConnect')).toBe(3);
  expect(log.lines).toHaveLength(1);
});

test('cuts off a client with too large a packet; others go on', async () => {
  const { url, inbox, counters } = await embeddedBroker({ packetBytesMax: 100 });
  const good = await mqttClient(url);
  const bad = await mqttClient(url);
  const closed = eventOf(bad, 'close');
  bad.publish('a', Buffer.alloc(200));
  await closed;
  await good.publishAsync('a', 'x', { qos: 1 });
  expect(inbox.messages.map((message) => message.payload)).toEqual(['x']);
  expect(counters.total(EMBEDDED, 'packetTooLarge')).toBe(1);
});

test('turns connections beyond the limit away', async () => {
  const { broker, counters } = await embeddedBroker({ connectionsMax: 1 });
  await rawSocket(broker.port);
  const second = await rawSocket(broker.port);
  await once(second, 'close');
  expect(counters.total(EMBEDDED, 'tooManyConnections')).toBe(1);
});

test('a subscriber that does not read is cut off, and the others go on', async () => {
  const { url, inbox, counters } = await embeddedBroker();
  const stalled = await mqttClient(url, { clientId: 'stalled' });
  await stalled.subscribeAsync('load');
  stalled.stream.pause();
  const device = await mqttClient(url);
  const payload = Buffer.alloc(9_000);
  // More than the sockets between them can hold: only cutting the stalled one off lets the last publish through.
  for (let i = 0; i < 3_000; i += 1) device.publish('load', payload);
  await device.publishAsync('after', 'x', { qos: 1 });
  expect(inbox.messages.at(-1)?.topic).toBe('after');
  await vi.waitFor(() => expect(counters.total(EMBEDDED, 'stalled')).toBe(1));
}, 20_000);

test('a taken port is the system error it is', async () => {
  const { broker } = await embeddedBroker();
  await expect(embeddedBroker({ port: broker.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('stops with clients connected, connecting and silent', async () => {
  const { broker, url } = await embeddedBroker();
  const client = await mqttClient(url);
  const silent = await rawSocket(broker.port);
  const gone = Promise.all([eventOf(client, 'close'), once(silent, 'close')]);
  await broker.stop();
  await gone;
});

test('stopping publishes no wills: it is not the devices that failed', async () => {
  const { broker, url, inbox } = await embeddedBroker();
  const will = { topic: 'm1/status', payload: Buffer.from('offline'), qos: 1, retain: false } as const;
  const device = await mqttClient(url, { will });
  const gone = eventOf(device, 'close');
  await broker.stop();
  await gone;
  expect(inbox.messages).toEqual([]);
});
