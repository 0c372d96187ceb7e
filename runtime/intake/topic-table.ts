import type { PayloadLayout } from '../../firmware-bridge/payload-messages.js';
import { PayloadFields } from '../../rules/engine/payload-fields.js';
import { TopicIndex } from '../../rules/engine/topic-index.js';
import type { Plan } from '../../rules/engine.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import type { PayloadSettings } from '../site/configuration.js';
import { PULSE_NUMBERS, Pulse } from './pulse.js';
import { RecentReadings, type RecentReadingsState } from './recent-readings.js';
import { plannedInputs } from './watched-inputs.js';

/** What the intake needs to know of one concrete topic, worked out at its first message. */
export class TopicEntry {
  readonly topic: string;
  readonly layout: PayloadLayout;
  readonly graceMs: number;
  /** The fields that rules, views and models read. */
  readonly fields = new PayloadFields(() => undefined);
  /** By field; none where readings carry no time of their own: then they are never taken for repeats. */
  readonly recent: readonly RecentReadings[];
  readonly pulse: Pulse;
  /** Whose sensor it is: the labels that a rule captures from it. `null`: nobody minds when it falls silent. */
  readonly device: Readonly<Record<string, string>> | null;
  /** The connection that its newest message came by. */
  source = '';

  constructor(
    topic: string,
    uses: readonly Use[],
    { layout, graceMs }: Omit<PayloadSettings, 'topic'>,
    before: TopicEntry | null,
  ) {
    this.topic = topic;
    this.layout = layout;
    this.graceMs = graceMs;
    for (const { field } of uses) this.fields.want(field);
    const isTimed = layout.timestamp !== null;
    this.recent = isTimed
      ? this.fields.slots.map(({ field }) => before?.recentOf(field) ?? new RecentReadings())
      : [];
    this.pulse = before?.pulse ?? new Pulse();
    this.device = deviceOf(topic, uses);
  }

  recentOf(field: string): RecentReadings | undefined {
    return this.recent[this.fields.slots.findIndex((slot) => slot.field === field)];
  }
}

/** What survives a restart. */
export interface TopicsState {
  readonly topics: readonly string[];
  /** Of each topic so many numbers. */
  readonly pulses: Float64Array;
  /** Of the topics whose readings carry a time. */
  readonly recent: readonly (readonly [topic: string, field: string, readings: RecentReadingsState])[];
}

export interface TopicTableSettings extends Plan {
  readonly payloads: readonly PayloadSettings[];
  /** What history keeps, whether rules read it or not. */
  readonly kept: readonly TopicPattern[];
  /** Topics with more fields than are left of this are not taken. */
  readonly seriesMax: number;
}

/** An input of a rule that a topic may be read by. */
interface Use {
  readonly pattern: TopicPattern;
  readonly field: string;
  readonly isWatched: boolean;
}

/** As it comes: JSON that carries no time. */
const PLAIN: Omit<PayloadSettings, 'topic'> = {
  layout: { format: 'json', timestamp: null, records: null },
  graceMs: 0,
};

/** Topics that nobody wants, or for which there is no room, are remembered only so far: anybody can make up new ones. */
const UNTAKEN_MAX = 50_000;

/** Finds out once for each topic whether any rule, view or model reads it, or history keeps it, and how. */
export class TopicTable {
  #settings: TopicTableSettings;
  #uses = new TopicIndex<Use>();
  #payloads = new TopicIndex<number>();
  #kept = new TopicIndex<true>();
  readonly #entries = new Map<string, TopicEntry>();
  readonly #untaken = new Map<string, 'unwanted' | 'full'>();
  #series = 0;

  constructor(settings: TopicTableSettings) {
    this.#settings = settings;
    this.#index();
  }

  /** Other rules, payloads or limits from now on; what is known of the topics that are still read stays. */
  configure(settings: TopicTableSettings): void {
    this.#settings = settings;
    this.#index();
    this.#untaken.clear();
    this.#series = 0;
    const before = [...this.#entries];
    this.#entries.clear();
    for (const [topic, entry] of before) this.#resolve(topic, entry);
  }

  /** `unwanted`: nobody does; `full`: somebody does, but there are too many series already. */
  find(topic: string): TopicEntry | 'unwanted' | 'full' {
    return this.#entries.get(topic) ?? this.#untaken.get(topic) ?? this.#resolve(topic, null);
  }

  entries(): Iterable<TopicEntry> {
    return this.#entries.values();
  }

  get size(): { readonly topics: number; readonly series: number } {
    return { topics: this.#entries.size, series: this.#series };
  }

  save(): TopicsState {
    const topics = [...this.#entries.keys()];
    const pulses = new Float64Array(PULSE_NUMBERS * topics.length);
    const recent: TopicsState['recent'][number][] = [];
    let at = 0;
    for (const { topic, pulse, fields, recent: series } of this.#entries.values()) {
      pulse.save(pulses, at);
      at += PULSE_NUMBERS;
      for (const [index, readings] of series.entries()) {
        recent.push([topic, fields.slots[index]?.field ?? '', readings.save()]);
      }
    }
    return { topics, pulses, recent };
  }

  /** Topics that nobody reads any more are left out. */
  load({ topics, pulses, recent }: TopicsState): void {
    for (const [index, topic] of topics.entries()) {
      const entry = this.find(topic);
      if (entry instanceof TopicEntry) entry.pulse.load(pulses, PULSE_NUMBERS * index);
    }
    for (const [topic, field, readings] of recent) {
      const entry = this.find(topic);
      if (entry instanceof TopicEntry) entry.recentOf(field)?.load(readings);
    }
  }

  #index(): void {
    this.#uses = new TopicIndex();
    this.#payloads = new TopicIndex();
    this.#kept = new TopicIndex();
    for (const pattern of this.#settings.kept) this.#kept.add(pattern, true);
    for (const { source, isWatched } of plannedInputs(this.#settings)) {
      if (source.kind !== 'topic') continue;
      const { pattern, field } = source;
      this.#uses.add(pattern, { pattern, field, isWatched });
    }
    for (const [index, { topic }] of this.#settings.payloads.entries()) this.#payloads.add(topic, index);
  }

  #resolve(topic: string, before: TopicEntry | null): TopicEntry | 'unwanted' | 'full' {
    const uses = this.#uses.match(topic);
    if (uses.length === 0 && this.#kept.match(topic).length === 0) return this.#leave(topic, 'unwanted');
    // Which fields a topic has that is only kept shows in its messages: history counts them.
    const fields = Math.max(1, new Set(uses.map(({ field }) => field)).size);
    if (this.#series + fields > this.#settings.seriesMax) return this.#leave(topic, 'full');
    this.#series += fields;
    const entry = new TopicEntry(topic, uses, this.#payloadOf(topic), before);
    this.#entries.set(topic, entry);
    return entry;
  }

  #leave(topic: string, why: 'unwanted' | 'full'): 'unwanted' | 'full' {
    if (this.#untaken.size >= UNTAKEN_MAX) this.#untaken.clear();
    this.#untaken.set(topic, why);
    return why;
  }

  #payloadOf(topic: string): Omit<PayloadSettings, 'topic'> {
    const first = Math.min(...this.#payloads.match(topic));
    return this.#settings.payloads[first] ?? PLAIN;
  }
}

/** The captures of the watched input that captures most; a topic without any is its own device. */
function deviceOf(topic: string, uses: readonly Use[]): Readonly<Record<string, string>> | null {
  const watched = uses.filter(({ isWatched }) => isWatched);
  if (watched.length === 0) return null;
  const patterns = watched.map(({ pattern }) => pattern);
  const fullest = patterns.reduce((a, b) => (b.captures.length > a.captures.length ? b : a));
  if (fullest.captures.length === 0) return { topic };
  const levels = topic.split('/');
  return Object.fromEntries(
    fullest.levels.flatMap((level, index) =>
      level.kind === 'capture' ? [[level.name, levels[index] ?? '']] : [],
    ),
  );
}
