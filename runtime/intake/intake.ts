import { payloadMessages } from '../../firmware-bridge/payload-messages.js';
import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { JsonValue, Message } from '../../rules/reading.js';
import { type OwnTimeLimits, ownTime } from './own-time.js';
import { slotValue } from './recent-readings.js';
import type { TopicEntry, TopicTable } from './topic-table.js';

export interface IntakeOptions extends OwnTimeLimits {
  readonly topics: TopicTable;
  readonly payloadBytesMax: number;
  readonly counters: RejectionCounters;
  /** Called the first time that something is rejected for this reason from this source. */
  readonly onFirstRejection: (rejection: IntakeRejection) => void;
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

const NONE: readonly Message[] = Object.freeze([]);

/** Makes of what was received what the engine takes: decoded, with times it can trust, without what came before. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** The messages in it, in order; none if no rule reads the topic or nothing in it can be used. */
  messages(received: ReceivedMessage, arrival: Arrival): readonly Message[] {
    const entry = this.#options.topics.find(received.topic);
    if (entry === 'unwanted') return NONE;
    if (entry === 'full') return this.#reject(received, 'series');
    const decoded = payloadMessages(received.payload, entry.layout, this.#options.payloadBytesMax);
    if (decoded.kind === 'rejected') return this.#reject(received, decoded.reason);
    const messages: Message[] = [];
    for (const { payload, time } of decoded.messages) {
      const message = this.#message({ received, entry, payload, time }, arrival);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  #message({ received, entry, payload, time }: Decoded, { arrival, offset }: Arrival): Message | null {
    const { topic } = received;
    if (received.isRetained) return { topic, payload, time: arrival, arrival, retain: true };
    const own = time === null ? null : ownTime(time, { arrival, offset }, this.#options);
    if (own === null) {
      if (entry.layout.timestamp !== null) this.#count(received, time === null ? 'noTime' : 'wrongTime');
      return { topic, payload, time: arrival, arrival };
    }
    // Compared by the device's own times: ours move with the offset.
    const fresh = withoutRepeats(entry, payload, time ?? own);
    if (fresh === undefined) {
      this.#count(received, 'duplicate');
      return null;
    }
    return { topic, payload: fresh, time: own, arrival };
  }

  #reject(received: ReceivedMessage, reason: string): readonly Message[] {
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
