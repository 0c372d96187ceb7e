/** MQTT 3.1.1 packets by bytes, for tests that send what no client library would. */

export const CONNECT = 0x10;
export const PUBLISH = 0x30;
export const SUBSCRIBE = 0x82;
export const PINGREQ = Uint8Array.of(0xc0, 0);
export const DISCONNECT = Uint8Array.of(0xe0, 0);

/** A packet with a body of zeros. */
export function packet(type: number, bodyBytes: number): Uint8Array {
  return joined(header(type, bodyBytes), new Uint8Array(bodyBytes));
}

export function header(type: number, bodyBytes: number): Uint8Array {
  const length: number[] = [];
  let rest = bodyBytes;
  do {
    const more = rest >= 128;
    length.push((rest % 128) + (more ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.of(type, ...length);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

export function withHeader(type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const bytes = joined(...body);
  return joined(header(type, bytes.length), bytes);
}

export function mqttString(text: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(text);
  return joined(twoBytes(bytes.length), bytes);
}

export function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export interface ConnectSettings {
  readonly isClean?: boolean;
  /** Seconds. */
  readonly keepalive?: number;
  readonly will?: { readonly topic: string; readonly payload: string };
}

export function connectPacket(
  clientId: string,
  { isClean = true, keepalive = 60, will }: ConnectSettings = {},
): Uint8Array {
  const flags = (isClean ? 2 : 0) + (will === undefined ? 0 : 4);
  const start = joined(mqttString('MQTT'), Uint8Array.of(4, flags), twoBytes(keepalive));
  const last = will === undefined ? [] : [mqttString(will.topic), mqttString(will.payload)];
  return withHeader(CONNECT, start, mqttString(clientId), ...last);
}

export function publishPacket(
  topic: string | Uint8Array,
  payload: string | Uint8Array,
  { qos = 0, packetId = 1, isRepeat = false, retain = false } = {},
): Uint8Array {
  const flags = (isRepeat ? 8 : 0) + 2 * qos + (retain ? 1 : 0);
  const id = qos === 0 ? new Uint8Array() : twoBytes(packetId);
  return withHeader(PUBLISH + flags, mqttString(topic), id, Buffer.from(payload));
}

export function subscribePacket(filters: readonly string[], qos = 0, packetId = 1): Uint8Array {
  const wanted = filters.flatMap((filter) => [mqttString(filter), Uint8Array.of(qos)]);
  return withHeader(SUBSCRIBE, twoBytes(packetId), ...wanted);
}
