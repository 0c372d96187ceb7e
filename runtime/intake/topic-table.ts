import type { PayloadLayout } from '../../firmware-bridge/payload-messages.js';
import { PayloadFields } from '../../rules/engine/payload-fields.js';
import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { Rule } from '../../rules/rule.js';
import type { PayloadSettings } from '../site/configuration.js';
import { RecentReadings } from './recent-readings.js';

/** What the intake needs to know of one concrete topic, worked out at its first message. */
export class TopicEntry {
  readonly layout: PayloadLayout;
  /** The fields that rules read. */
  readonly fields = new PayloadFields(() => undefined);
  /** By field. */
  readonly recent: readonly RecentReadings[];

  constructor(layout: PayloadLayout, fields: Iterable<string>) {
    this.layout = layout;
    for (const field of fields) this.fields.want(field);
    // Without times of their own, readings are never taken for repeats.
    this.recent = layout.timestamp === null ? [] : this.fields.slots.map(() => new RecentReadings());
  }
}

export interface TopicTableOptions {
  readonly rules: readonly Rule[];
  readonly payloads: readonly PayloadSettings[];
  /** Topics with more fields than are left of this are not taken. */
  readonly seriesMax: number;
}

/** As it comes: JSON that carries no time. */
const PLAIN: PayloadLayout = { format: 'json', timestamp: null, records: null };

/** Topics that nobody wants are remembered only so far: anybody can make up new ones. */
const UNWANTED_MAX = 50_000;

/** Finds out once for each topic whether any rule reads it, and how. */
export class TopicTable {
  readonly #fields = new TopicIndex<string>();
  readonly #layouts = new TopicIndex<number>();
  readonly #options: TopicTableOptions;
  readonly #entries = new Map<string, TopicEntry>();
  readonly #unwanted = new Set<string>();
  #series = 0;

  constructor(options: TopicTableOptions) {
    this.#options = options;
    for (const { enabled, inputs } of options.rules) {
      for (const { source } of inputs) {
        if (enabled && source.kind === 'topic') this.#fields.add(source.pattern, source.field);
      }
    }
    for (const [index, { topic }] of options.payloads.entries()) this.#layouts.add(topic, index);
  }

  /** `unwanted`: no rule reads it; `full`: one does, but there are too many series already. */
  find(topic: string): TopicEntry | 'unwanted' | 'full' {
    return this.#entries.get(topic) ?? (this.#unwanted.has(topic) ? 'unwanted' : this.#resolve(topic));
  }

  #resolve(topic: string): TopicEntry | 'unwanted' | 'full' {
    const fields = new Set(this.#fields.match(topic));
    if (fields.size === 0) {
      if (this.#unwanted.size >= UNWANTED_MAX) this.#unwanted.clear();
      this.#unwanted.add(topic);
      return 'unwanted';
    }
    if (this.#series + fields.size > this.#options.seriesMax) return 'full';
    this.#series += fields.size;
    const entry = new TopicEntry(this.#layoutOf(topic), fields);
    this.#entries.set(topic, entry);
    return entry;
  }

  #layoutOf(topic: string): PayloadLayout {
    const first = Math.min(...this.#layouts.match(topic));
    return this.#options.payloads[first]?.layout ?? PLAIN;
  }
}
