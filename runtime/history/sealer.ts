import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { Scalar } from '../../rules/reading.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import { checksum } from '../storage/checksum.js';
import { type JournalMessage, type JournalRecord, timeOf } from '../storage/journal-record.js';
import { Leaf } from './leaf.js';
import type { OpenSeries, RecordPlace, SeriesName } from './open-series.js';
import { PayloadLeaves } from './payload-leaves.js';
import { TimeFields } from './time-fields.js';

export interface SealerSettings {
  /** What is kept. */
  readonly topics: readonly TopicPattern[];
  /** Fields that say when the others were measured, and are no readings themselves: the first that matches counts. */
  readonly timeFields: readonly { readonly topic: TopicPattern; readonly field: string | null }[];
}

export interface SealerOptions extends SealerSettings {
  /** The series of this name, new perhaps; `null`: there are too many already. */
  readonly series: (name: SeriesName) => OpenSeries | null;
  /** Takes the readings of a series that make a chunk; they are forgotten right after. */
  readonly seal: (series: OpenSeries) => void;
}

/** A chunk has at least so many readings, unless they come slowly. */
const READINGS_MIN = 1_024;
/** And so many at most, however fast they come. */
const READINGS_MAX = 65_536;
const CHARACTERS_MAX = 256 * 1024;
/** Readings do not wait longer than this for others. */
const AGE_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** So many readings are held open at most, at 16 bytes each and as much again for growth. */
const OPEN_READINGS_MAX = 500_000;

/**
 * Makes chunks of what the journal holds: whole minutes of one series, at least a thousand readings or an hour. A fold
 * over records and nothing else, so that a program that was killed makes the same chunks again: it begins with the first
 * record of which a reading is in no chunk, and passes over those of each series that are in one.
 *
 * Series that send alike would all be sealed at one moment. So the first chunk of each is shorter by a part that depends
 * on its name, and the hours begin at different minutes.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #topics = new Map<string, PayloadLeaves<Leaf>>();
  readonly #wanted = new TopicIndex<true>();
  readonly #timeFields: TimeFields;
  /** Those that have readings. */
  readonly #open = new Set<OpenSeries>();
  #readings = 0;
  /** No series is to be sealed before this by its age. */
  #nextDeadline = Number.POSITIVE_INFINITY;
  /** Engine time of the last record. */
  #time = Number.NEGATIVE_INFINITY;
  /** Values that found no room, because there are too many series. */
  refused = 0;

  constructor(options: SealerOptions) {
    this.#options = options;
    for (const pattern of options.topics) this.#wanted.add(pattern, true);
    this.#timeFields = new TimeFields(options.timeFields);
  }

  get time(): number {
    return this.#time;
  }

  /** Series with readings that are in no chunk. */
  get open(): ReadonlySet<OpenSeries> {
    return this.#open;
  }

  /** @param seq its number in the journal @param row that of the row which has it */
  record(record: JournalRecord, seq: number, row: number): void {
    this.#time = timeOf(record);
    if (this.#time >= this.#nextDeadline) this.#sealOld();
    if (record.kind === 'message') this.#message(record, { seq, row, arrival: this.#time });
  }

  /** What is held becomes chunks, whatever there is of it. */
  sealAll(): void {
    for (const series of this.#open) this.#seal(series);
    this.#nextDeadline = Number.POSITIVE_INFINITY;
  }

  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  #message({ message }: JournalMessage, at: RecordPlace): void {
    // Nobody knows when a retained value was measured.
    if (message.retain === true) return;
    const leaves = this.#topics.get(message.topic) ?? this.#leavesOf(message.topic);
    if (leaves === null) return;
    const time = Math.min(Math.trunc(message.time), message.arrival);
    leaves.read(message.payload, (leaf, value) => {
      const series = leaf.of(value);
      if (series === null) this.refused += 1;
      else if (at.seq > series.sealedSeq) this.#add(series, time, value, at);
    });
  }

  #add(series: OpenSeries, time: number, value: Scalar, at: RecordPlace): void {
    if (this.#isFull(series, Math.floor(time / MINUTE_MS)) && series.lastSeq !== at.seq) this.#seal(series);
    const before = series.count;
    series.add(time, typeof value === 'boolean' ? Number(value) : value, at);
    this.#readings += series.count - before;
    if (before === 0) {
      this.#open.add(series);
      this.#nextDeadline = Math.min(this.#nextDeadline, deadlineOf(series));
    }
    if (this.#readings > OPEN_READINGS_MAX) this.#sealLarge();
  }

  #isFull(series: OpenSeries, minute: number): boolean {
    const { count, sealedSeq, characters } = series;
    if (count >= READINGS_MAX || characters >= CHARACTERS_MAX) return true;
    if (count < READINGS_MIN / 4 || minute <= series.minute) return false;
    const first = READINGS_MIN / 4 + (shareOf(series) * 3 * READINGS_MIN) / 4;
    return count >= (sealedSeq === 0 ? first : READINGS_MIN);
  }

  #sealOld(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const series of this.#open) {
      const deadline = deadlineOf(series);
      if (deadline <= this.#time) this.#seal(series);
      else next = Math.min(next, deadline);
    }
    this.#nextDeadline = next;
  }

  /** Those that hold at least as much as the others do on the average: half of all, or more. */
  #sealLarge(): void {
    const mean = this.#readings / this.#open.size;
    for (const series of this.#open) if (series.count >= mean) this.#seal(series);
  }

  #seal(series: OpenSeries): void {
    this.#options.seal(series);
    this.#readings -= series.count;
    series.clear();
    this.#open.delete(series);
  }

  #leavesOf(topic: string): PayloadLeaves<Leaf> | null {
    if (this.#wanted.match(topic).length === 0) return null;
    const leaves: PayloadLeaves<Leaf> = new PayloadLeaves((field, value) => {
      const leaf = new Leaf({ topic, field }, this.#options.series);
      if (leaf.of(value) === null) {
        this.refused += 1;
        return null;
      }
      // Before its first series it is not remembered: anybody can make up topics that find no room.
      this.#topics.set(topic, leaves);
      return leaf;
    }, this.#timeFields.of(topic));
    return leaves;
  }
}

/** The end of the hour in which its first reading arrived; each series has hours of its own. */
function deadlineOf(series: OpenSeries): number {
  const start = Math.floor(shareOf(series) * (AGE_MS / MINUTE_MS)) * MINUTE_MS;
  return (Math.floor((series.openedAt - start) / AGE_MS) + 1) * AGE_MS + start;
}

/** From 0 to below 1, by its name. */
function shareOf({ topic, field }: SeriesName): number {
  return checksum(topic, field) / 2 ** 32;
}
