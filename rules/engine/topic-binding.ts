import { fitted, withOne } from '../exact-lists.js';
import type { Message } from '../reading.js';
import type { Incoming } from '../signals/reading-source.js';
import type { Acceptance, Series } from '../signals/series.js';
import { UNKNOWN } from '../signals/signal-node.js';
import { isSupplied } from '../supply.js';
import { compareCodePoints } from './code-point-order.js';
import type { EngineCounts } from './engine-counts.js';
import type { Instance } from './instance.js';
import type { InstanceSlot } from './instance-slot.js';
import type { Moment } from './moment.js';
import type { OutletField } from './outlet.js';
import { PayloadFields } from './payload-fields.js';
import { QuietRanges } from './quiet-ranges.js';

/** Everything a concrete topic needs, worked out at its first message: fields, series, instances. */
export class TopicBinding {
  fields: PayloadFields;
  /** Does what a view or a model gives arrive here? */
  readonly isSupplied: boolean;
  /** By field. */
  series: readonly Series[] = fitted([]);
  /** The instances that a reading of one of its fields begins, and which field that is. */
  beginnings: readonly InstanceSlot[] = fitted([]);
  beginningFields: readonly number[] = fitted([]);
  /** The last snapshot that has it. */
  savedIn = 0;
  /** The last snapshot that has it and all that its messages change. */
  reachSavedIn = 0;
  /** How many of the beginnings have no instance now. */
  unbegun = 0;
  /** Did the present message give a reading? */
  hadReading = false;
  /** Has it had a message? */
  isHeard = false;
  /** The connection of its newest message; `undefined`: one that is always up. */
  source: string | undefined = undefined;
  /** That connection is down. */
  isStill = false;
  /** The host says that nothing comes although something should. */
  isSilent = false;
  #reached: readonly Instance[] | null = null;
  #quiet: QuietRanges | null = null;
  #readersOfField: readonly (readonly Instance[])[] | null = null;
  #hasOutlets = true;
  /** By field. */
  #accepted: boolean[] = [];

  constructor(
    readonly topic: string,
    private readonly counts: EngineCounts,
  ) {
    this.fields = new PayloadFields((reason) => counts.reject(reason));
    this.isSupplied = isSupplied(topic);
  }

  /** Forgets what rules want of it, to be told anew; returns the series so far. */
  clear(): readonly Series[] {
    const { series } = this;
    for (const slot of this.beginnings) slot.removeTopic(this);
    this.fields = new PayloadFields((reason) => this.counts.reject(reason));
    this.series = fitted([]);
    this.beginnings = fitted([]);
    this.beginningFields = fitted([]);
    this.unbegun = 0;
    this.#accepted = [];
    this.invalidate();
    return series;
  }

  seriesOf(field: string, create: (field: string) => Series): Series {
    const index = this.fields.want(field);
    const known = this.series[index];
    if (known !== undefined) return known;
    const series = create(field);
    series.isHeard = this.isHeard;
    series.isSilent = this.isSilent;
    // Fields are numbered as they come, and each is bound at once.
    if (index !== this.series.length) throw new Error(`field ${field} has no series before it`);
    this.series = withOne(this.series, series);
    this.#accepted = this.#accepted.concat([false]);
    return series;
  }

  /** Notes where its newest message comes from. */
  hear(source: string | undefined): void {
    this.isHeard = true;
    this.source = source;
    for (const series of this.series) series.isHeard = true;
  }

  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
    for (const series of this.series) series.isSilent = isSilent;
  }

  /** Applies a message to the series. True if anything changed. */
  take(message: Message, incoming: Incoming, moment: Moment): boolean {
    const { fields } = this;
    fields.read(message.payload);
    this.hadReading = false;
    let isTouched = false;
    for (let i = 0; i < fields.slots.length; i++) {
      const slot = fields.slots[i];
      const series = this.series[i];
      this.#accepted[i] = false;
      if (slot === undefined || series === undefined || slot.kind === UNKNOWN) continue;
      incoming.kind = slot.kind;
      incoming.num = slot.num;
      incoming.text = slot.text;
      const acceptance =
        message.retain === true ? series.retain(incoming, moment) : series.accept(incoming, moment);
      if (acceptance === 'ignored') continue;
      isTouched = true;
      this.#note(i, acceptance);
    }
    return isTouched;
  }

  /** Applies what an instance of a view or model gives. True if anything changed. */
  takeSupplied(fields: readonly OutletField[], incoming: Incoming, moment: Moment): boolean {
    this.hadReading = false;
    let isTouched = false;
    for (let i = 0; i < this.series.length; i++) {
      this.#accepted[i] = false;
      const series = this.series[i];
      const field = fields.find(({ name }) => name === series?.field);
      if (series === undefined || field === undefined) continue;
      const { value, isReading } = field;
      if (!isReading) {
        if (series.show(value, moment)) isTouched = true;
        continue;
      }
      incoming.kind = value.kind;
      incoming.num = value.num;
      incoming.text = value.text;
      series.derive(incoming, moment);
      this.#accepted[i] = true;
      this.hadReading = true;
      isTouched = true;
    }
    return isTouched;
  }

  /** Did this field give a reading, or a retained value, in the present message? */
  accepted(field: number): boolean {
    return this.#accepted[field] === true;
  }

  /** Notes where it came from with every view and model that reads one of the fields that gave a reading. */
  markReadings(readersOf: (series: Series) => Iterable<Instance>): void {
    if (!this.#hasOutlets) return;
    for (let i = 0; i < this.series.length; i++) {
      if (this.#accepted[i] !== true) continue;
      const readers = this.#readers(readersOf)[i] ?? [];
      for (let j = 0; j < readers.length; j++) {
        const instance = readers[j];
        if (instance === undefined) continue;
        if (instance.outlet !== null) instance.heardBy = this.source;
      }
    }
  }

  /** The instances that read this topic, in the order in which they settle. */
  instances(readersOf: (series: Series) => Iterable<Instance>): readonly Instance[] {
    if (this.#reached === null) {
      this.#reached = [...new Set(this.#readers(readersOf).flat())].sort(
        (a, b) => a.rank - b.rank || compareCodePoints(a.key, b.key),
      );
      const quiet = new QuietRanges(this.#reached.map((instance) => instance.watchedOf(this.topic)));
      this.#quiet = quiet;
      this.#reached.forEach((instance, position) => {
        instance.join(this.topic, quiet, position);
      });
    }
    return this.#reached;
  }

  /** Which of these need not settle: by their order. */
  get quiet(): QuietRanges | null {
    return this.#quiet;
  }

  /** Instances begin, end, or a pool takes another topic in: who reads what must be collected anew. */
  invalidate(): void {
    this.#reached = null;
    this.#quiet = null;
    this.#readersOfField = null;
    this.#hasOutlets = true;
  }

  #readers(readersOf: (series: Series) => Iterable<Instance>): readonly (readonly Instance[])[] {
    if (this.#readersOfField === null) {
      this.#readersOfField = this.series.map((series) => [...readersOf(series)]);
      this.#hasOutlets = this.#readersOfField.flat().some(({ outlet }) => outlet !== null);
    }
    return this.#readersOfField;
  }

  #note(field: number, acceptance: Acceptance): void {
    if (acceptance === 'mismatch') {
      this.counts.reject('kind');
      return;
    }
    this.#accepted[field] = true;
    this.hadReading = true;
    if (acceptance === 'late') this.counts.late++;
    if (acceptance !== 'retained') this.counts.readings++;
  }
}
