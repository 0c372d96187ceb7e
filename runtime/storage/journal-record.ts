import type { PayloadFormat } from '../../firmware-bridge/decode-payload.js';
import type { Command } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Message } from '../../rules/reading.js';

/**
 * One input of the engine, as it is kept to be played again. All times are engine time. Before every record but a
 * message the engine is advanced to the record's time; a message does that itself, with its arrival.
 */
export type JournalRecord =
  | JournalMessage
  /** The engine saw nothing in (from, to]: the program was not running. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** Wall clock − engine clock from here on, in ms. */
  | { readonly kind: 'offset'; readonly time: number; readonly offset: number }
  | { readonly kind: 'command'; readonly time: number; readonly command: Command }
  | { readonly kind: 'connection'; readonly time: number; readonly name: string; readonly isUp: boolean }
  /** Nothing came on a topic for suspiciously long, or it is back. */
  | { readonly kind: 'silence'; readonly time: number; readonly topic: string; readonly isSilent: boolean }
  | PlanRecord
  /** Time has passed up to here, and nothing else. */
  | { readonly kind: 'tick'; readonly time: number }
  /**
   * So many records were evaluated and never stored, because the disk took nothing. What follows stands on a snapshot
   * taken then; a replay from before this record cannot be exact.
   */
  | { readonly kind: 'lost'; readonly time: number; readonly count: number };

/** The rule files in force from here on: only what can be evaluated, in order of their paths. */
export interface PlanRecord {
  readonly kind: 'plan';
  readonly time: number;
  readonly files: readonly SourceFile[];
  /** Rules that take over what was made of the past beside; none as a rule. */
  readonly warmed?: Warmed;
}

/** Rules that were warmed up: where an engine that runs only these stands. */
export interface Warmed {
  /** Rules by id, views and models as `view:id` and `model:id`. */
  readonly units: readonly string[];
  /** The state of that engine, deflated. */
  readonly state: Uint8Array;
  /** What came in after it, up to this record: lines of an exported journal. */
  readonly tail: readonly string[];
}

export interface JournalMessage {
  readonly kind: 'message';
  readonly message: Message;
  /** Decoded as `format` it is the payload of the message. A view that is copied when it is appended. */
  readonly bytes: Uint8Array;
  readonly format: PayloadFormat;
  /** Who sent it, as far as the source can tell; with the next two it recognises redeliveries after a restart. */
  readonly sender: string;
  /** With QoS 1 and 2. */
  readonly packetId: number | null;
  /** Of topic and payload as they were received, unsigned 32 bits: one message received may be several records. Kept with QoS 1 and 2 only. */
  readonly fingerprint: number;
  /** Its device said when it was measured: readings equal in time and value are repeats. */
  readonly hasOwnTime: boolean;
}

/** The engine time at which a record was applied. */
export function timeOf(record: JournalRecord): number {
  switch (record.kind) {
    case 'message':
      return record.message.arrival;
    case 'gap':
      return record.to;
    default:
      return record.time;
  }
}
