import { decodePayload } from '../../firmware-bridge/decode-payload.js';
import type { Command } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Message } from '../../rules/reading.js';
import { ByteReader } from './byte-reader.js';
import { FLAG, FORMATS, KINDS, WITH_GRACE } from './journal-format.js';
import type { JournalMessage, JournalRecord } from './journal-record.js';

/** One row of the journal, with what its records refer to. */
export interface JournalRow {
  readonly firstTime: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** The topic at a place of the row's generation; `undefined`: there is none. */
  readonly topic: (place: number) => string | undefined;
  /** The rule files of a plan record; `undefined`: they are not there. */
  readonly plan: (hash: string) => readonly SourceFile[] | undefined;
}

/**
 * Reads the records of a row.
 *
 * @throws {Error} the row is damaged
 */
export function readJournalRow(row: JournalRow): JournalRecord[] {
  const reader = new RowReader(row);
  const records: JournalRecord[] = [];
  while (!reader.isAtEnd) records.push(reader.next());
  if (records.length !== row.count)
    throw new Error(`${records.length} records where ${row.count} were written`);
  return records;
}

class RowReader {
  readonly #row: JournalRow;
  readonly #in: ByteReader;
  readonly #names: string[] = [];
  #time: number;

  constructor(row: JournalRow) {
    this.#row = row;
    this.#in = new ByteReader(row.bytes);
    this.#time = row.firstTime;
  }

  get isAtEnd(): boolean {
    return this.#in.isAtEnd;
  }

  next(): JournalRecord {
    const first = this.#in.byte();
    this.#time += this.#in.signed();
    return first < 128 ? this.#message(first) : this.#other(first);
  }

  #message(flags: number): JournalMessage {
    const input = this.#in;
    const arrival = this.#time;
    const mark = flags & FLAG.format;
    const format = FORMATS[mark === WITH_GRACE ? input.byte() : mark];
    if (format === undefined) throw new Error('a payload has no format');
    const grace = mark === WITH_GRACE ? input.varint() : 0;
    const time = (flags & FLAG.ownTime) === 0 ? arrival : arrival - input.signed();
    const topic = this.#topic(input.varint());
    const sender = this.#name();
    const source = (flags & FLAG.source) === 0 ? undefined : this.#name();
    const hasPacketId = (flags & FLAG.packetId) !== 0;
    const packetId = hasPacketId ? input.uint16() : null;
    const fingerprint = hasPacketId ? input.uint32() : 0;
    const bytes = input.block();
    const decoded = decodePayload(bytes, format, Number.POSITIVE_INFINITY);
    // What was stored had been decoded before: another answer would be that of another version of the decoder.
    const payload = decoded.kind === 'decoded' ? decoded.value : null;
    const hasOwnTime = (flags & FLAG.hasOwnTime) !== 0;
    const bare = messageOf({ topic, payload, time, arrival }, source, (flags & FLAG.retained) !== 0);
    const message = grace === 0 ? bare : { ...bare, grace };
    return { kind: 'message', message, bytes, format, sender, packetId, fingerprint, hasOwnTime };
  }

  #other(kind: number): JournalRecord {
    const time = this.#time;
    // Written by this program, and under the row's checksum.
    const content: unknown = JSON.parse(this.#in.text());
    switch (kind) {
      case KINDS.gap:
        return { kind: 'gap', from: Number(content), to: time };
      case KINDS.offset:
        return { kind: 'offset', time, offset: Number(content) };
      case KINDS.command:
        return { kind: 'command', time, command: content as Command };
      case KINDS.connection: {
        const [name, isUp] = content as [string, boolean];
        return { kind: 'connection', time, name, isUp };
      }
      case KINDS.silence: {
        const [topic, isSilent] = content as [string, boolean];
        return { kind: 'silence', time, topic, isSilent };
      }
      case KINDS.plan:
        return this.#planRecord(time, content);
      case KINDS.tick:
        return { kind: 'tick', time };
      case KINDS.lost:
        return { kind: 'lost', time, count: Number(content) };
      default:
        throw new Error(`a record is of the unknown kind ${kind}`);
    }
  }

  #planRecord(time: number, content: unknown): JournalRecord {
    if (!Array.isArray(content)) return { kind: 'plan', time, files: this.#plan(String(content)) };
    const [hash, units, tail] = content as [string, string[], string[]];
    // A copy: the rest of the row is not kept for it.
    const state = this.#in.block().slice();
    return { kind: 'plan', time, files: this.#plan(hash), warmed: { units, state, tail } };
  }

  #topic(place: number): string {
    const topic = this.#row.topic(place);
    if (topic === undefined) throw new Error('a topic is missing');
    return topic;
  }

  #plan(hash: string): readonly SourceFile[] {
    const files = this.#row.plan(hash);
    if (files === undefined) throw new Error('the rule files of a plan are missing');
    return files;
  }

  #name(): string {
    const place = this.#in.varint();
    if (place === this.#names.length) this.#names.push(this.#in.text());
    const name = this.#names[place];
    if (name === undefined) throw new Error('a name is missing');
    return name;
  }
}

/** A key that was not set is not set again, and most messages get their only object here. */
function messageOf(bare: Message, source: string | undefined, isRetained: boolean): Message {
  if (isRetained) return source === undefined ? { ...bare, retain: true } : { ...bare, retain: true, source };
  if (source === undefined) return bare;
  const { topic, payload, time, arrival } = bare;
  return { topic, payload, time, arrival, source };
}
