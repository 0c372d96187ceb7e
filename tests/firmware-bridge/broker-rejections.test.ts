/** Why aedes gives a client up, by what it says: a client that leaves has broken nothing. */
import { expect, test, vi } from 'vitest';
import { CutOff, rejectionOf } from '../../firmware-bridge/broker-rejections.js';
import { embeddedBroker } from './bridge-fixture.js';
import { PINGREQ, publishPacket, subscribePacket } from './mqtt-packets.js';
import { RawClient, SUBACK } from './raw-client.js';

const PINGRESP = 0xd0;

test.each([
  ['a reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), null],
  ['gone before it was answered', new Error('connection closed'), null],
  ['silent for too long', new Error('keep alive timeout'), null],
  [
    'refused by its CONNECT, which is counted where it is refused',
    Object.assign(new Error('x'), { errorCode: 1 }),
    null,
  ],
  ['cut off by ourselves', new CutOff('a topic that is not for clients'), null],
  ['a wildcard in the topic', new Error('+ is not allowed in PUBLISH'), 'badTopic'],
  ['too many levels', new Error('topic has too many levels'), 'badTopic'],
  ['a broken filter', new Error('# is only allowed in SUBSCRIBE in the last position'), 'badFilter'],
  ['what the parser says', new Error('Cannot parse topic'), 'protocol'],
])('%s', (_name, error, reason) => {
  expect(rejectionOf(error)).toBe(reason);
});

test('a client that is gone when its message is stored is counted as nothing', async () => {
  let store: () => void = () => undefined;
  const taken = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        store = resolve;
      }),
  );
  const { broker, counters, log } = await embeddedBroker({ accept: taken });
  const panel = await RawClient.connected(broker.port, 'panel');
  panel.send(subscribePacket(['#']));
  await panel.next(SUBACK);
  const device = await RawClient.connected(broker.port, 'press');
  device.send(publishPacket('a', '1', { qos: 1 }));
  await vi.waitFor(() => expect(taken).toHaveBeenCalled());
  device.socket.destroy();
  await vi.waitFor(() => expect(broker.clients).toBe(1));
  store();
  // Longer than it takes to find out that nobody can be told.
  panel.send(PINGREQ);
  await panel.next(PINGRESP);
  expect(counters.list()).toEqual([]);
  expect(log.lines).toEqual([]);
});
