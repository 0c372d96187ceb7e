import { expect, onTestFinished, vi } from 'vitest';
import { type BrokerConnectionOptions, connectBroker } from '../../firmware-bridge/broker-connection.js';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import { Inbox, LogLines } from './bridge-fixture.js';

/** A connection to somebody else's broker, which may not be up yet, and what it receives and says; stopped with the test. */
export async function connection({ url }: { url: string }, options: Partial<BrokerConnectionOptions> = {}) {
  const inbox = new Inbox();
  const counters = new RejectionCounters();
  const log = new LogLines();
  /** Up and down, as it was told. */
  const states: boolean[] = [];
  const connected = await connectBroker({
    name: 'plant',
    url,
    username: null,
    password: null,
    topics: ['factory/#'],
    qos: 1,
    clientId: 'tocsin-plant',
    prefix: '',
    packetBytesMax: 10_000,
    accept: (message) => inbox.take(message),
    onState: (_name, isUp) => states.push(isUp),
    counters,
    log,
    random: () => 0,
    ...options,
  });
  onTestFinished(() => connected.stop());
  return { connection: connected, inbox, counters, log, states };
}

/** One that is up. */
export async function openConnection(
  broker: { url: string },
  options: Partial<BrokerConnectionOptions> = {},
) {
  const { connection: plant, ...rest } = await connection(broker, options);
  await vi.waitFor(() => expect(plant.isUp).toBe(true), { timeout: 5_000 });
  return { plant, ...rest };
}
