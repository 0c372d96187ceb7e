import type { SourceFile } from '../../rules/format/document.js';
import { ByteWriter } from './byte-writer.js';
import { FLAG, FORMAT_NUMBERS, KINDS, planHash, planText, WITH_GRACE } from './journal-format.js';
import { type JournalMessage, type JournalRecord, type PlanRecord, timeOf } from './journal-record.js';
import type { TopicNumbers } from './topic-numbers.js';

/** What one row of the journal holds. */
export interface JournalBytes {
  readonly count: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** The number of the first topic of the generation that the bytes use, and the topics that are new in it. */
  readonly generation: number;
  readonly topics: { readonly first: number; readonly topics: readonly string[] };
  /** Rule files by hash, those of all plan records. */
  readonly plans: readonly { readonly hash: string; readonly text: string }[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Beyond a varint each for topic, sender, source, grace and the two times: flags, format, packet id, fingerprint. */
const MESSAGE_BYTES_MAX = 6 * 8 + 8;
/** 35,000 years in ms. Differences of times must fit into a signed varint. */
const TIME_MAX = 2 ** 50;
/** A buffer that had to grow beyond this for one burst is given back. */
const KEEP_BYTES = 128 * 1024;

/** Writes records for one row of the journal after the other. Costs no allocation per message. */
export class JournalWriter {
  readonly #out = new ByteWriter();
  readonly #topics: TopicNumbers;
  readonly #names = new Map<string, number>();
  readonly #plans = new Map<string, string>();
  #sender = '';
  #senderPlace = 0;
  #generation: number;
  #count = 0;
  #firstTime = 0;
  #lastTime = 0;

  /** The hash of the rule files of the last plan record. */
  plan: string | null;

  constructor(topics: TopicNumbers, plan: string | null) {
    this.#topics = topics;
    this.plan = plan;
    this.#generation = topics.generation;
  }

  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#out.length;
  }

  /** The engine time of the last record. */
  get lastTime(): number {
    return this.#lastTime;
  }

  write(record: JournalRecord): void {
    if (record.kind === 'message') this.message(record);
    else this.#other(record);
  }

  message({ message, bytes, format, sender, packetId, fingerprint, hasOwnTime }: JournalMessage): void {
    const { arrival, source, grace = 0 } = message;
    const time = Math.trunc(message.time);
    // Before anything is written: half a record would spoil the whole row.
    checkTime(arrival);
    checkTime(time);
    const out = this.#out;
    out.reserve(MESSAGE_BYTES_MAX);
    let flags = grace === 0 ? FORMAT_NUMBERS[format] : WITH_GRACE;
    if (time !== arrival) flags |= FLAG.ownTime;
    if (hasOwnTime) flags |= FLAG.hasOwnTime;
    if (message.retain === true) flags |= FLAG.retained;
    if (source !== undefined) flags |= FLAG.source;
    if (packetId !== null) flags |= FLAG.packetId;
    out.byte(flags);
    this.#time(arrival);
    if (grace !== 0) {
      out.byte(FORMAT_NUMBERS[format]);
      out.varint(grace);
    }
    if (time !== arrival) out.signed(arrival - time);
    out.varint(this.#topics.place(message.topic));
    this.#senderName(sender);
    if (source !== undefined) this.#name(source);
    if (packetId !== null) {
      out.uint16(packetId);
      out.uint32(fingerprint);
    }
    out.block(bytes);
    this.#count += 1;
  }

  /** What was written, which is forgotten by this; `null`: nothing. */
  take(): JournalBytes | null {
    if (this.#count === 0) return null;
    const taken: JournalBytes = {
      count: this.#count,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      generation: this.#generation,
      topics: this.#topics.takeNew(),
      plans: [...this.#plans].map(([hash, text]) => ({ hash, text })),
      bytes: this.#out.copy(),
    };
    this.#out.clear(KEEP_BYTES);
    this.#names.clear();
    this.#plans.clear();
    this.#generation = this.#topics.generation;
    this.#count = 0;
    return taken;
  }

  #other(record: Exclude<JournalRecord, JournalMessage>): void {
    checkTime(timeOf(record));
    this.#out.reserve(16);
    this.#out.byte(KINDS[record.kind]);
    this.#time(timeOf(record));
    this.#out.text(JSON.stringify(this.#content(record)));
    if (record.kind === 'plan' && record.warmed !== undefined) this.#out.block(record.warmed.state);
    this.#count += 1;
  }

  #content(record: Exclude<JournalRecord, JournalMessage>): unknown {
    switch (record.kind) {
      case 'gap':
        return record.from;
      case 'offset':
        return record.offset;
      case 'command':
        return record.command;
      case 'connection':
        return [record.name, record.isUp];
      case 'silence':
        return [record.topic, record.isSilent];
      case 'plan':
        return this.#planContent(record);
      case 'tick':
        return null;
      case 'lost':
        return record.count;
    }
  }

  #planContent({ files, warmed }: PlanRecord): unknown {
    const hash = this.#plan(files);
    return warmed === undefined ? hash : [hash, warmed.units, warmed.tail];
  }

  #plan(files: readonly SourceFile[]): string {
    const hash = planHash(files);
    this.#plans.set(hash, planText(files));
    this.plan = hash;
    return hash;
  }

  #time(time: number): void {
    if (this.#count === 0) {
      this.#firstTime = time;
      this.#lastTime = time;
    }
    this.#out.signed(time - this.#lastTime);
    this.#lastTime = time;
  }

  /** Mostly one sender sends several messages in a row. */
  #senderName(sender: string): void {
    if (sender === this.#sender && this.#names.size > 0) this.#out.varint(this.#senderPlace);
    else {
      this.#senderPlace = this.#name(sender);
      this.#sender = sender;
    }
  }

  #name(name: string): number {
    const known = this.#names.get(name);
    const place = known ?? this.#names.size;
    this.#out.reserve(16);
    this.#out.varint(place);
    if (known === undefined) {
      this.#names.set(name, place);
      this.#out.text(name);
      this.#out.reserve(MESSAGE_BYTES_MAX);
    }
    return place;
  }
}

function checkTime(time: number): void {
  if (!(Math.abs(time) < TIME_MAX)) throw new RangeError(`${time} is no time that can be stored`);
}
