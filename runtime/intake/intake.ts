import { payloadMessages } from '../../firmware-bridge/payload-messages.js';
import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { JsonValue, Message } from '../../rules/reading.js';
import type { JournalMessage } from '../storage/journal-record.js';
import { type OwnTimeLimits, ownTime } from './own-time.js';
import { slotValue } from './recent-readings.js';
import { fingerprint } from './redeliveries.js';
import { TopicEntry, type TopicTable } from './topic-table.js';

export interface IntakeSettings extends OwnTimeLimits {
  readonly payloadBytesMax: number;
}

export interface IntakeOptions extends IntakeSettings {
  readonly topics: TopicTable;
  /** The connections that can be down; messages of all others come by one that is always up. */
  readonly connections: ReadonlySet<string>;
  readonly counters: RejectionCounters;
  /** Called the first time that something is rejected for this reason from this source. */
  readonly onFirstRejection: (rejection: IntakeRejection) => void;
  /** A topic that had fallen silent sends again: called before its message is given. */
  readonly onBack: (entry: TopicEntry) => void;
}

export interface IntakeRejection {
  readonly source: string;
  readonly reason: string;
  readonly topic: string;
  readonly sender: string;
}

/** When a message came: engine time, and wall clock − engine clock. */
export interface Arrival {
  readonly arrival: number;
  readonly offset: number;
}

const NONE: readonly JournalMessage[] = Object.freeze([]);

/** What `messages` gives where everything had come before: it may be acknowledged once that is stored. */
export const REPEATED: readonly JournalMessage[] = Object.freeze([]);

/** Makes of what was received what the engine takes: decoded, with times it can trust, without what came before. */
export class Intake {
  readonly #options: IntakeOptions;
  #settings: IntakeSettings;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#settings = options;
  }

  /** The configuration was changed: what comes from now on is taken by these. */
  configure(settings: IntakeSettings): void {
    this.#settings = settings;
  }

  /** Whether any rule reads this topic, or history keeps it, and there is room for it. */
  wants(topic: string): boolean {
    return this.#options.topics.find(topic) instanceof TopicEntry;
  }

  /** The messages in it, in order; none if nobody wants the topic or nothing in it can be used. */
  messages(received: ReceivedMessage, at: Arrival): readonly JournalMessage[] {
    const entry = this.#options.topics.find(received.topic);
    if (entry === 'unwanted') return NONE;
    if (entry === 'full') return this.#reject(received, 'series');
    const decoded = payloadMessages(received.payload, entry.layout, this.#settings.payloadBytesMax);
    if (decoded.kind === 'rejected') return this.#reject(received, decoded.reason);
    if (decoded.messages.length === 0) return NONE;
    const messages: JournalMessage[] = [];
    const isWhole = entry.layout.records === null;
    for (const { payload, time } of decoded.messages) {
      const message = this.#message({ received, entry, payload, time, isWhole }, at);
      if (message !== null) messages.push(message);
    }
    if (!received.isRetained) this.#beat(entry, received.source, at.arrival);
    return messages.length === 0 ? REPEATED : messages;
  }

  /** A message from the journal: what comes after it is compared with it, as if it had just been received. */
  remember({ message, hasOwnTime }: JournalMessage, offset: number): void {
    const entry = this.#options.topics.find(message.topic);
    if (entry === 'unwanted' || entry === 'full' || message.retain === true) return;
    entry.source = message.source ?? '';
    entry.pulse.beat(message.arrival);
    if (hasOwnTime) withoutRepeats(entry, message.payload, message.time + offset);
  }

  #beat(entry: TopicEntry, source: string, arrival: number): void {
    const { pulse } = entry;
    entry.source = source;
    pulse.beat(arrival);
    if (!pulse.isSilent) return;
    pulse.isSilent = false;
    this.#options.onBack(entry);
  }

  #message(decoded: Decoded, { arrival, offset }: Arrival): JournalMessage | null {
    const { received, entry, payload, time } = decoded;
    if (received.isRetained) return this.#journalMessage(decoded, payload, { time: arrival, arrival });
    const own = time === null ? null : ownTime(time, { arrival, offset }, this.#settings);
    if (own === null) {
      if (entry.layout.timestamp !== null) this.#count(received, time === null ? 'noTime' : 'wrongTime');
      return this.#journalMessage(decoded, payload, { time: arrival, arrival });
    }
    // Compared by the device's own times: ours move with the offset.
    const fresh = withoutRepeats(entry, payload, time ?? own);
    if (fresh === undefined) {
      this.#count(received, 'duplicate');
      return null;
    }
    return this.#journalMessage(decoded, fresh, { time: own, arrival, hasOwnTime: true });
  }

  #journalMessage(
    { received, entry, payload: whole, isWhole }: Decoded,
    payload: JsonValue,
    { time, arrival, hasOwnTime = false }: { time: number; arrival: number; hasOwnTime?: boolean },
  ): JournalMessage {
    const { topic, source, sender, packetId, isRetained } = received;
    const isAsReceived = isWhole && payload === whole;
    const isPlain = !isRetained && entry.graceMs === 0 && !this.#options.connections.has(source);
    return {
      kind: 'message',
      // Nearly all are plain, and putting an object together of parts costs more than all else here.
      message: isPlain
        ? { topic, payload, time, arrival }
        : { topic, payload, time, arrival, ...this.#marks(received, entry) },
      bytes: isAsReceived ? received.payload : Buffer.from(JSON.stringify(payload)),
      format: isAsReceived ? entry.layout.format : 'json',
      sender,
      packetId,
      fingerprint: packetId === null ? 0 : fingerprint(received),
      hasOwnTime,
    };
  }

  #marks(
    { isRetained, source }: ReceivedMessage,
    { graceMs }: TopicEntry,
  ): Pick<Message, 'grace' | 'retain' | 'source'> {
    return {
      ...(graceMs === 0 ? {} : { grace: graceMs }),
      ...(isRetained ? { retain: true } : {}),
      ...(this.#options.connections.has(source) ? { source } : {}),
    };
  }

  #reject(received: ReceivedMessage, reason: string): readonly JournalMessage[] {
    this.#count(received, reason);
    return NONE;
  }

  #count(received: ReceivedMessage, reason: string): void {
    const { counters, onFirstRejection } = this.#options;
    const { source, topic, sender } = received;
    if (counters.count(source, reason, received) === 1) onFirstRejection({ source, reason, topic, sender });
  }
}

interface Decoded {
  readonly received: ReceivedMessage;
  readonly entry: TopicEntry;
  readonly payload: JsonValue;
  /** Epoch ms by the device's clock; `null`: none. */
  readonly time: number | null;
  /** The payload is all that was received, not one record of several. */
  readonly isWhole: boolean;
}

/**
 * The payload without the readings that came before with the same time; `undefined` if they all did. Usually all or
 * none did and the payload stays as it is; else the readings that are left are named by their fields.
 */
function withoutRepeats(
  { fields, recent }: TopicEntry,
  payload: JsonValue,
  time: number,
): JsonValue | undefined {
  fields.read(payload);
  let repeats = 0;
  const fresh: Record<string, JsonValue> = Object.create(null);
  for (const [index, slot] of fields.slots.entries()) {
    const value = slotValue(slot);
    if (value === null) continue;
    if (recent[index]?.isRepeat(time, value) === true) repeats += 1;
    else fresh[slot.field] = value;
  }
  if (repeats === 0) return payload;
  return Object.keys(fresh).length === 0 ? undefined : fresh;
}
