/** Fixed header: type, DUP, QoS, RETAIN. */
const PUBLISH = { qos0: 0x30, qos1: 0x32, qos1Repeat: 0x3a } as const;
const LENGTH_BYTES_MAX = 4;

/** What was found at a place in a stream: `partial` is one whose end has not come yet. */
export type FrameFound = 'whole' | 'partial' | 'other';

/**
 * A PUBLISH of the usual kind, QoS 0 or 1 and not to be kept, where it stands among the bytes of a stream (MQTT 3.1.1,
 * section 3.3). One object reads one after the other, as an object for each of 100,000 a second costs.
 */
export class PublishFrame {
  topic = '';
  qos: 0 | 1 = 0;
  isRepeat = false;
  /** 0 with QoS 0. */
  packetId = 0;
  payloadStart = 0;
  /** Of the payload, and of the packet. */
  end = 0;

  /** Reads what begins at `at`. All of it is set if it is `whole`. @param bytesMax of a packet, without its fixed header */
  read(bytes: Buffer, at: number, bytesMax: number): FrameFound {
    const type = bytes[at];
    if (type !== PUBLISH.qos0 && type !== PUBLISH.qos1 && type !== PUBLISH.qos1Repeat) return 'other';
    let length = 0;
    let from = at + 1;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[from];
      if (byte === undefined) return 'partial';
      if (from - at > LENGTH_BYTES_MAX) return 'other';
      from += 1;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (length > bytesMax) return 'other';
    this.end = from + length;
    if (this.end > bytes.length) return 'partial';
    return this.#readBody(bytes, from, type) ? 'whole' : 'other';
  }

  /** @returns whether the parts have room in the packet; one that is broken is for the broker to refuse */
  #readBody(bytes: Buffer, from: number, type: number): boolean {
    this.qos = type === PUBLISH.qos0 ? 0 : 1;
    this.isRepeat = type === PUBLISH.qos1Repeat;
    const idBytes = 2 * this.qos;
    if (this.end - from < 2 + idBytes) return false;
    const topicEnd = from + 2 + ((bytes[from] ?? 0) << 8) + (bytes[from + 1] ?? 0);
    this.payloadStart = topicEnd + idBytes;
    if (this.payloadStart > this.end) return false;
    this.topic = bytes.toString('utf8', from + 2, topicEnd);
    this.packetId = this.qos === 0 ? 0 : ((bytes[topicEnd] ?? 0) << 8) + (bytes[topicEnd + 1] ?? 0);
    return this.qos === 0 || this.packetId > 0;
  }
}
