import type { Input } from '../rule.js';
import { Pool } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import type { TopicPattern } from '../topic-pattern.js';
import { WindowSet } from '../windows/window-set.js';
import type { Connections } from './connections.js';
import type { EngineCounts } from './engine-counts.js';
import type { Instance } from './instance.js';
import type { BoundInput } from './instance-builder.js';
import type { Moment } from './moment.js';
import type { RuleRuntime } from './rule-runtime.js';
import { TopicBinding } from './topic-binding.js';
import { TopicIndex } from './topic-index.js';

/** Topics that nobody reads are remembered up to this many, so that each is looked up once. */
const UNREAD_TOPICS_MAX = 50_000;

interface Use {
  readonly runtime: RuleRuntime;
  readonly index: number;
  readonly field: string;
  readonly pattern: TopicPattern;
}

interface Source {
  readonly source: ReadingSource;
  readonly windows: WindowSet;
  /** The instances that read it. */
  readonly readers: Set<Instance>;
}

/** Ties topics to series, pools, windows and instances. */
export class Binder {
  readonly bindings = new Map<string, TopicBinding>();
  readonly pools = new Map<string, Pool>();
  readonly #sources = new Map<ReadingSource, Source>();
  readonly #index = new TopicIndex<Use>();
  readonly #unread = new Set<string>();

  constructor(
    runtimes: readonly RuleRuntime[],
    private readonly counts: EngineCounts,
    private readonly moment: Moment,
    private readonly connections: Connections,
  ) {
    for (const runtime of runtimes) {
      runtime.rule.inputs.forEach((input, index) => {
        const { source } = input;
        if (source.kind !== 'topic') throw new Error(`inputs of kind ${source.kind} are not built`);
        this.#index.add(source.pattern, { runtime, index, field: source.field, pattern: source.pattern });
      });
    }
  }

  /** The binding of a topic, made at its first message; `null` if nobody reads it. */
  bind(topic: string): TopicBinding | null {
    const known = this.bindings.get(topic);
    if (known !== undefined) return known;
    if (this.#unread.has(topic)) return null;
    const uses = this.#index.match(topic);
    if (uses.length === 0) {
      if (this.#unread.size >= UNREAD_TOPICS_MAX) this.#unread.clear();
      this.#unread.add(topic);
      return null;
    }
    return this.#create(topic, uses);
  }

  /** What the inputs of an instance read. Topics without a message so far are bound too. */
  inputsOf(runtime: RuleRuntime, labelValues: readonly string[]): BoundInput[] {
    const labels = new Map(runtime.rule.groupBy.map((name, index) => [name, labelValues[index] ?? '']));
    return runtime.rule.inputs.map((input) => this.#boundInput(runtime, input, labels));
  }

  attach(instance: Instance): void {
    for (const { source } of instance.inputs) {
      this.#sourceOf(source).readers.add(instance);
      this.#invalidate(source);
    }
  }

  detach(instance: Instance): void {
    for (const { source } of instance.inputs) {
      this.#sourceOf(source).readers.delete(instance);
      this.#invalidate(source);
    }
  }

  /** The instances that a reading of this series reaches, in no particular order. */
  readonly readersOf = (series: Series): Set<Instance> => {
    const readers = new Set(this.#sourceOf(series).readers);
    for (const { pool } of series.pools)
      for (const reader of this.#sourceOf(pool).readers) readers.add(reader);
    return readers;
  };

  /** The instances that a series or a pool belongs to. */
  readers(source: Series | Pool): Set<Instance> {
    return source instanceof Pool ? this.#sourceOf(source).readers : this.readersOf(source);
  }

  windowsOf(source: ReadingSource): WindowSet {
    return this.#sourceOf(source).windows;
  }

  *sources(): Iterable<ReadingSource> {
    yield* this.#sources.keys();
  }

  #create(topic: string, uses: Use[]): TopicBinding {
    const binding = new TopicBinding(topic, this.counts);
    this.bindings.set(topic, binding);
    uses.sort((a, b) => a.runtime.rank - b.runtime.rank || a.index - b.index);
    for (const use of uses) this.#use(binding, use);
    this.connections.settleTopic(binding);
    return binding;
  }

  #use(binding: TopicBinding, { runtime, index, field, pattern }: Use): void {
    const { groupBy } = runtime.rule;
    const series = binding.seriesOf(field, (name) => this.#newSeries(binding.topic, name));
    const labels = captured(pattern, binding.topic);
    let source: ReadingSource = series;
    if (isPooled(pattern, groupBy)) {
      const pool = this.#pool(poolFilter(pattern, groupBy, labels), field);
      if (!pool.members.includes(series)) pool.add(series);
      source = pool;
      binding.invalidate();
    }
    const { windows } = this.#sourceOf(source);
    for (const signal of runtime.plan.operatorsOf(index)) windows.operator(signal);
    if (runtime.plan.remembers(index)) windows.remember();
    if (!groupBy.every((name) => labels.has(name))) return;
    const slot = runtime.slot(groupBy.map((name) => labels.get(name) ?? ''));
    binding.beginnings.push({ runtime, slot, field: binding.fields.want(field) });
    slot.bindings.set(binding, (slot.bindings.get(binding) ?? 0) + 1);
    if (slot.instance === null) binding.unbegun++;
  }

  #boundInput(runtime: RuleRuntime, input: Input, labels: ReadonlyMap<string, string>): BoundInput {
    if (input.source.kind !== 'topic') throw new Error(`inputs of kind ${input.source.kind} are not built`);
    const { pattern, field } = input.source;
    const source = isPooled(pattern, runtime.rule.groupBy)
      ? this.#pool(poolFilter(pattern, runtime.rule.groupBy, labels), field)
      : this.#seriesAt(filled(pattern, labels), field);
    return { source, windows: this.#sourceOf(source).windows };
  }

  #seriesAt(topic: string, field: string): Series {
    const binding = this.bind(topic);
    if (binding === null) throw new Error(`topic ${topic} is read by a rule but not found in the index`);
    return binding.seriesOf(field, (name) => this.#newSeries(topic, name));
  }

  #newSeries(topic: string, field: string): Series {
    const series = new Series(topic, field);
    this.#sourceOf(series);
    return series;
  }

  /** Pools of one filter and field are the same, whatever the captures are called. */
  #pool(filter: string, field: string): Pool {
    const key = `${filter}\u0000${field}`;
    let pool = this.pools.get(key);
    if (pool === undefined) {
      pool = new Pool(filter, field);
      this.pools.set(key, pool);
      this.#sourceOf(pool);
      this.connections.settlePool(pool);
    }
    return pool;
  }

  #sourceOf(source: ReadingSource): Source {
    let entry = this.#sources.get(source);
    if (entry === undefined) {
      entry = { source, windows: new WindowSet(source, this.moment), readers: new Set() };
      this.#sources.set(source, entry);
    }
    return entry;
  }

  #invalidate(source: ReadingSource): void {
    const members = source instanceof Pool ? source.members : source instanceof Series ? [source] : [];
    for (const { topic } of members) {
      this.bindings.get(topic)?.invalidate();
    }
  }
}

/** A pooled input counts the readings of several series together: it captures more than `groupBy`, or has a wildcard. */
export function isPooled(pattern: TopicPattern, groupBy: readonly string[]): boolean {
  return pattern.hasWildcard || pattern.captures.some((name) => !groupBy.includes(name));
}

function captured(pattern: TopicPattern, topic: string): Map<string, string> {
  const levels = topic.split('/');
  const labels = new Map<string, string>();
  pattern.levels.forEach((level, index) => {
    if (level.kind === 'capture') labels.set(level.name, levels[index] ?? '');
  });
  return labels;
}

/** The one topic of an input that is not pooled. */
function filled(pattern: TopicPattern, labels: ReadonlyMap<string, string>): string {
  return pattern.levels
    .map((level) => (level.kind === 'capture' ? labels.get(level.name) : textOf(level)))
    .join('/');
}

/** The filter of a pool: captures of `groupBy` filled in, everything else open. */
function poolFilter(
  pattern: TopicPattern,
  groupBy: readonly string[],
  labels: ReadonlyMap<string, string>,
): string {
  return pattern.levels
    .map((level) =>
      level.kind === 'capture'
        ? groupBy.includes(level.name)
          ? labels.get(level.name)
          : '+'
        : textOf(level),
    )
    .join('/');
}

function textOf(level: TopicPattern['levels'][number]): string {
  return level.kind === 'literal' ? level.text : level.kind === 'rest' ? '#' : '+';
}
