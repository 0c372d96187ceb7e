/**
 * The few packets of MQTT 3.1.1 that a device needs, written out: the harness shares no code with what it judges, and a
 * client library would hide when a packet left or came.
 */

export const PACKET = {
  connect: 1,
  connectAck: 2,
  publish: 3,
  publishAck: 4,
  subscribe: 8,
  pingRequest: 12,
  pingResponse: 13,
} as const;

export const PING = Buffer.from([0xc0, 0]);
export const DISCONNECT = Buffer.from([0xe0, 0]);

/** With a session that outlives the connection: what was not acknowledged is sent again. */
export function connectPacket(clientId: string): Buffer {
  const KEEP_SESSION = 0;
  const NO_KEEP_ALIVE = [0, 0];
  return packet(0x10, [text('MQTT'), Buffer.from([4, KEEP_SESSION, ...NO_KEEP_ALIVE]), text(clientId)]);
}

export interface Publication {
  readonly topic: string;
  readonly payload: string;
  /** `null`: QoS 0, else QoS 1. */
  readonly packetId: number | null;
  readonly isRepeat: boolean;
}

export function publishPacket({ topic, payload, packetId, isRepeat }: Publication): Buffer {
  const flags = (isRepeat ? 8 : 0) | (packetId === null ? 0 : 2);
  const id = packetId === null ? [] : [numberBytes(packetId)];
  return packet(0x30 | flags, [text(topic), ...id, Buffer.from(payload)]);
}

export function publishAckPacket(packetId: number): Buffer {
  return packet(0x40, [numberBytes(packetId)]);
}

export interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
  /** All of it, to be passed on. */
  readonly bytes: Buffer;
}

/** The packet id of a PUBLISH with QoS 1; `null`: QoS 0. */
export function packetIdOf({ flags, body }: Packet): number | null {
  return (flags & 6) === 0 ? null : body.readUInt16BE(2 + body.readUInt16BE(0));
}

/** Cuts a stream into packets, however it arrives. */
export class PacketReader {
  #rest: Buffer = Buffer.alloc(0);

  packets(chunk: Buffer): Packet[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const packets: Packet[] = [];
    for (let found = this.#next(); found !== null; found = this.#next()) packets.push(found);
    return packets;
  }

  #next(): Packet | null {
    const bytes = this.#rest;
    let length = 0;
    for (let at = 1; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      length |= (byte & 0x7f) << (7 * (at - 1));
      if ((byte & 0x80) !== 0) continue;
      const end = at + 1 + length;
      if (bytes.length < end) return null;
      this.#rest = bytes.subarray(end);
      const first = bytes[0] ?? 0;
      return {
        type: first >> 4,
        flags: first & 15,
        body: bytes.subarray(at + 1, end),
        bytes: bytes.subarray(0, end),
      };
    }
    return null;
  }
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first, ...lengthBytes(body.length)]), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([numberBytes(bytes.length), bytes]);
}

function numberBytes(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; bytes.length === 0 || rest > 0; rest >>= 7) {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  }
  return bytes;
}
