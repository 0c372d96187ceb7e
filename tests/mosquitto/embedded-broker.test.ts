/** The embedded broker with the clients that everybody has: mosquitto_pub and mosquitto_sub from Debian. */
import { describe, expect, test, vi } from 'vitest';
import { EMBEDDED } from '../../firmware-bridge/broker-rejections.js';
import { embeddedBroker } from '../firmware-bridge/bridge-fixture.js';
import { MosquittoClient } from './mosquitto-clients.js';

const { publish, subscribe } = MosquittoClient;
const NUMBERS = Array.from({ length: 1_000 }, (_, i) => `${i}`);

/**
 * Whoever subscribes from now on is told this first, and then everything that comes after it. Published while somebody
 * subscribes it might come twice: as news, and as what is retained. With QoS 2 the broker has published it when it says so.
 */
async function retain(port: number, topic: string, payload: string): Promise<void> {
  expect(await publish(port, ['-q', '2', '-r', '-t', topic, '-m', payload])).toMatchObject({ code: 0 });
}

describe.each([0, 1, 2] as const)('with QoS %d', (qos) => {
  test('1,000 messages arrive once and in order, at the intake and at a subscriber', async () => {
    const { broker, inbox, counters } = await embeddedBroker();
    await retain(broker.port, 'factory/ready', 'ready');
    const listener = subscribe(broker.port, ['-q', `${qos}`, '-t', 'factory/#', '-C', '1001']);
    await vi.waitFor(() => expect(listener.lines).toEqual(['ready']), { timeout: 5_000 });
    const { code } = await publish(broker.port, ['-q', `${qos}`, '-t', 'factory/a'], NUMBERS);
    expect(code).toBe(0);
    await inbox.reached(1_001);
    expect(inbox.messages.slice(1).map(({ payload }) => payload)).toEqual(NUMBERS);
    expect(new Set(inbox.messages.slice(1).map((message) => message.qos))).toEqual(new Set([qos]));
    expect((await listener.ended).code).toBe(0);
    expect(listener.lines).toEqual(['ready', ...NUMBERS]);
    expect(counters.list()).toEqual([]);
  }, 30_000);
});

test('keeps retained messages for those who subscribe later', async () => {
  const { broker } = await embeddedBroker();
  for (const payload of ['auto', 'manual']) await retain(broker.port, 'm1/mode', payload);
  const listener = subscribe(broker.port, ['-v', '-t', '+/mode', '-C', '1']);
  await listener.ended;
  expect(listener.lines).toEqual(['m1/mode manual']);
});

test('takes the will of a client that is killed, not of one that says goodbye', async () => {
  const { broker, inbox } = await embeddedBroker();
  const will = (payload: string) => [
    '--will-topic',
    'm1/status',
    '--will-qos',
    '1',
    '--will-payload',
    payload,
  ];
  const polite = subscribe(broker.port, ['-t', 'bell', '-C', '1', ...will('polite')]);
  const killed = subscribe(broker.port, ['-t', 'x', ...will('killed')]);
  await vi.waitFor(() => expect(broker.clients).toBe(2), { timeout: 5_000 });
  await publish(broker.port, ['-q', '1', '-r', '-t', 'bell', '-m', 'ring']);
  await polite.ended;
  killed.kill();
  await inbox.reached(2);
  expect(inbox.messages.map(({ payload }) => payload)).toEqual(['ring', 'killed']);
});

test('keeps what comes for a client that comes back', async () => {
  const { broker } = await embeddedBroker();
  const session = ['-i', 'panel', '-c', '-q', '1', '-t', 'a'];
  await retain(broker.port, 'a', 'before');
  await subscribe(broker.port, [...session, '-C', '1']).ended;
  await publish(broker.port, ['-q', '1', '-t', 'a'], ['1', '2', '3']);
  const second = subscribe(broker.port, [...session, '-C', '4']);
  await second.ended;
  expect(second.lines.sort()).toEqual(['1', '2', '3', 'before']);
});

test('speaks MQTT 3.1 too', async () => {
  const { broker, inbox } = await embeddedBroker();
  const { code } = await publish(broker.port, ['-V', 'mqttv31', '-q', '2', '-t', 'a', '-m', 'x']);
  expect([code, inbox.messages.length]).toEqual([0, 1]);
});

test('turns a client that speaks MQTT 5 away, says why, and counts it', async () => {
  const { broker, counters, log } = await embeddedBroker();
  const { code, stderr } = await publish(broker.port, ['-V', 'mqttv5', '-q', '1', '-t', 'a', '-m', 'x']);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/protocol version/i);
  expect(counters.list()).toMatchObject([{ source: EMBEDDED, reason: 'mqtt5', count: 1 }]);
  expect(log.lines).toEqual([expect.stringContaining('the embedded broker speaks MQTT 3.1 and 3.1.1')]);
});

test('serves its other subscribers while one of them is frozen, and cuts that off', async () => {
  const { broker, inbox, counters } = await embeddedBroker();
  await retain(broker.port, 'a', 'ready');
  const frozen = subscribe(broker.port, ['-t', 'a']);
  const listeners = Array.from({ length: 3 }, () => subscribe(broker.port, ['-t', 'a', '-C', '1001']));
  await vi.waitFor(
    () => expect([frozen, ...listeners].map(({ lines }) => lines.length)).toEqual([1, 1, 1, 1]),
    { timeout: 5_000 },
  );
  frozen.freeze();
  const large = NUMBERS.map((number) => number.padEnd(9_000));
  const { code } = await publish(broker.port, ['-q', '1', '-t', 'a'], large);
  expect([code, inbox.messages.length]).toEqual([0, 1_001]);
  for (const listener of listeners) {
    await listener.ended;
    expect(listener.lines.slice(1)).toEqual(large);
  }
  expect(counters.list()).toMatchObject([{ reason: 'stalled', count: 1 }]);
}, 30_000);
