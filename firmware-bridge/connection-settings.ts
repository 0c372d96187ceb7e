import type { IClientOptions } from 'mqtt';

export interface ConnectionSettingsOptions {
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly packetBytesMax: number;
}

/** mqtt.js asks after this time without an answer, waits half as long for one, and so notices a dead broker in 21 s. */
const KEEPALIVE_S = 14;

const CONNECT_MS = 10_000;

/** How long the broker keeps our session, and with it what is sent meanwhile (MQTT 5; with 3.1.1 it decides itself). */
const SESSION_S = 7 * 24 * 3600;

/** Messages that the broker may send before we acknowledge (MQTT 5): bounds what waits for the disk. */
const RECEIVE_MAX = 1000;

/**
 * A broker drops what is larger without a word (MQTT 5). So we let it send more than we take: what we refuse is counted
 * and seen.
 */
const PACKET_BYTES_MIN = 4_000_000;

/** How mqtt.js connects: MQTT 5 at first. */
export function connectionSettings(options: ConnectionSettingsOptions): IClientOptions {
  const { clientId, username, password, packetBytesMax } = options;
  return {
    clientId,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    clean: false,
    protocolVersion: 5,
    properties: {
      sessionExpiryInterval: SESSION_S,
      receiveMaximum: RECEIVE_MAX,
      maximumPacketSize: Math.max(packetBytesMax, PACKET_BYTES_MIN),
    },
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_MS,
    // Set anew whenever a connection ends; 0 would be never.
    reconnectPeriod: 1_000,
    reconnectOnConnackError: true,
    // Its own memory of subscriptions trusts the broker's "session present"; we subscribe anew every time.
    resubscribe: false,
    // An unbounded queue in memory while the broker is away.
    queueQoSZero: false,
  };
}
