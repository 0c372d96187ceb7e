import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import type { Incoming } from '../signals/reading-source.js';
import { type Kind, TEXT, UNKNOWN } from '../signals/signal-node.js';

/** The reading just before a window: the newest that passes and is older than all of the window's. */
export class ReadingBefore {
  kind: Kind = UNKNOWN;
  num = Number.NaN;
  text = '';
  time = Number.NEGATIVE_INFINITY;
  member = 0;

  get exists(): boolean {
    return this.kind !== UNKNOWN;
  }

  get isText(): boolean {
    return this.kind === TEXT;
  }

  /** Takes a reading that has left the window, or came too late for it. Returns true if it is now the one before. */
  take(kind: Kind, num: number, text: string, time: number, member: number): boolean {
    if (this.exists && time < this.time) return false;
    this.kind = kind;
    this.num = kind === TEXT ? Number.NaN : num;
    this.text = text;
    this.time = time;
    this.member = member;
    return true;
  }

  takeOver({ kind, num, text, time, member }: Omit<Incoming, 'arrival' | 'isLate'>): boolean {
    return this.take(kind, num, text, time, member);
  }

  asIncoming(): Incoming {
    const { kind, num, text, time, member } = this;
    return { kind, num, text, time, member, arrival: time, isLate: false };
  }

  clear(): void {
    this.kind = UNKNOWN;
    this.time = Number.NEGATIVE_INFINITY;
  }

  save(writer: StateBytes): void {
    writer.number(this.kind).number(this.num).text(this.text).number(this.time).number(this.member);
  }

  load(reader: StateBytesReader): void {
    this.kind = reader.number() as Kind;
    this.num = reader.number();
    this.text = reader.text();
    this.time = reader.number();
    this.member = reader.memberOf(reader.number());
  }
}
