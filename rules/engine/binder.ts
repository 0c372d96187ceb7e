import { fitted } from '../exact-lists.js';
import type { Input, InputSource } from '../rule.js';
import { Pool, poolKey } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import type { TopicPattern } from '../topic-pattern.js';
import { WindowSet } from '../windows/window-set.js';
import { filled, isPooled, poolFilter } from './concrete-topic.js';
import type { Connections } from './connections.js';
import type { EngineCounts } from './engine-counts.js';
import type { Instance } from './instance.js';
import type { BoundInput } from './instance-builder.js';
import type { InstanceSlot } from './instance-slot.js';
import type { Moment } from './moment.js';
import type { RulePlan } from './rule-plan.js';
import type { RuleRuntime } from './rule-runtime.js';
import type { Saver } from './saver.js';
import { TopicBinding } from './topic-binding.js';
import { TopicCaptures } from './topic-captures.js';
import { TopicIndex } from './topic-index.js';
import type { Unit } from './unit.js';

/** Topics that nobody reads are remembered up to this many, so that each is looked up once. */
const UNREAD_TOPICS_MAX = 50_000;

/** An input of a rule, as topics find it. */
interface Use {
  readonly runtime: RuleRuntime;
  readonly index: number;
  readonly field: string;
  readonly pattern: TopicPattern;
}

/** Which rules read which topics. */
export type InputIndex = TopicIndex<Use>;

interface Source extends BoundInput {
  /** It alone, for the many instances that read nothing else. */
  readonly alone: readonly BoundInput[];
  /** The instances that read it. */
  readonly readers: Set<Instance>;
}

/** Ties topics to series, pools, windows and instances. */
export class Binder {
  readonly bindings = new Map<string, TopicBinding>();
  readonly pools = new Map<string, Pool>();
  readonly #sources = new Map<ReadingSource, Source>();
  readonly #unread = new Set<string>();
  readonly #unheard = new WeakMap<RuleRuntime, Map<number, BoundInput>>();
  #index: InputIndex = new TopicIndex();
  /** What rules asked for since the topics that changed rules concern began to be bound anew; `null`: not now. */
  #asked: Set<ReadingSource> | null = null;

  constructor(
    private readonly counts: EngineCounts,
    private readonly moment: Moment,
    private readonly connections: Connections,
    private readonly saver: Saver,
  ) {}

  /**
   * Other rules from now on. The known topics that one of the `concerned` patterns matches are bound anew, in order:
   * series, pools and windows that somebody still wants stay as they are, the others go.
   */
  replan(index: InputIndex, concerned: TopicIndex<unknown>): void {
    this.#index = index;
    this.#unread.clear();
    const touched = [...this.bindings.values()].filter(({ topic }) => concerned.match(topic).length > 0);
    const before = new Set(touched.flatMap(({ series }) => series.flatMap(withPools)));
    for (const source of before) this.windowsOf(source).beginCensus();
    this.#asked = new Set();
    for (const binding of touched) this.#bindAnew(binding);
    for (const source of before) {
      if (this.#asked.has(source)) this.windowsOf(source).endCensus();
      else this.#drop(source);
    }
    this.#asked = null;
    for (const pool of this.pools.values()) if (pool.members.length === 0) this.#reviewLonely(pool);
  }

  /** No topic asks for a pool that has none; the instances that wait for one do. */
  #reviewLonely(pool: Pool): void {
    const { readers, windows } = this.#sourceOf(pool);
    if (readers.size === 0) this.#drop(pool);
    windows.beginCensus();
    for (const { inputs, rule, runtime } of readers) {
      inputs.forEach(({ source }, at) => {
        const index = runtime.plan.inputIndex.get(rule.inputs[at]?.name ?? '');
        if (source === pool && index !== undefined) askFor(runtime.plan, index, windows);
      });
    }
    windows.endCensus();
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
    const binding = new TopicBinding(topic, this.counts);
    this.bindings.set(topic, binding);
    this.#bindUses(binding, uses, (field) => this.#newSeries(topic, field));
    return binding;
  }

  /** What the inputs of an instance read. Topics without a message so far are bound too. */
  inputsOf(runtime: RuleRuntime, labelValues: readonly string[]): readonly BoundInput[] {
    const labels = new Map(runtime.rule.groupBy.map((name, index) => [name, labelValues[index] ?? '']));
    const reads = runtime.plan.forerunner?.reads;
    const inputs = runtime.rule.inputs.map((input, index) =>
      reads?.[index] === false
        ? this.#unheardInput(runtime, index)
        : this.#boundInput(runtime, input, labels),
    );
    const [only] = inputs;
    return (inputs.length === 1 && only !== undefined && this.#sources.get(only.source)?.alone) || inputs;
  }

  attach(instance: Instance): void {
    for (const { source } of instance.inputs) {
      this.#sources.get(source)?.readers.add(instance);
      this.#invalidate(source);
    }
  }

  detach(instance: Instance): void {
    for (const { source } of instance.inputs) {
      this.#sources.get(source)?.readers.delete(instance);
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

  /** The instances that see something of a series or a pool. */
  readers(source: Series | Pool): Set<Instance> {
    return source instanceof Pool ? this.#sourceOf(source).readers : this.readersOf(source);
  }

  windowsOf(source: ReadingSource): WindowSet {
    return this.#sourceOf(source).windows;
  }

  *sources(): Iterable<ReadingSource> {
    yield* this.#sources.keys();
  }

  #bindAnew(binding: TopicBinding): void {
    const before = new Map(binding.clear().map((series) => [series.field, series]));
    const uses = this.#index.match(binding.topic);
    if (uses.length === 0) this.bindings.delete(binding.topic);
    else this.#bindUses(binding, uses, (field) => before.get(field) ?? this.#newSeries(binding.topic, field));
  }

  #bindUses(binding: TopicBinding, uses: Use[], seriesAt: (field: string) => Series): void {
    uses.sort((a, b) => a.runtime.rank - b.runtime.rank || a.index - b.index);
    const captures = new TopicCaptures(binding.topic);
    const slots: InstanceSlot[] = [];
    const fields: number[] = [];
    for (const use of uses) {
      for (const slot of this.#use(binding, use, captures, seriesAt)) {
        slots.push(slot);
        fields.push(binding.fields.want(use.field));
      }
    }
    binding.beginnings = fitted(slots);
    binding.beginningFields = fitted(fields);
    this.connections.settleTopic(binding);
  }

  #use(
    binding: TopicBinding,
    { runtime, index, field, pattern }: Use,
    captures: TopicCaptures,
    seriesAt: (field: string) => Series,
  ): InstanceSlot[] {
    const { groupBy } = runtime.rule;
    const series = binding.seriesOf(field, seriesAt);
    const pool = isPooled(pattern, groupBy)
      ? this.pool(poolFilter(pattern, groupBy, captures.labels(pattern)), field)
      : null;
    if (pool !== null && !series.isIn(pool)) {
      this.saver.beforePool(pool);
      pool.add(series);
      binding.invalidate();
    }
    const source = pool ?? series;
    this.#asked?.add(series).add(source);
    const { windows } = this.#sourceOf(source);
    askFor(runtime.plan, index, windows);
    return begunBy(runtime, pattern, captures).map((labelValues) => {
      const slot = runtime.slot(labelValues);
      slot.addField(binding);
      return slot;
    });
  }

  #boundInput(runtime: RuleRuntime, input: Input, labels: ReadonlyMap<string, string>): BoundInput {
    const { pattern } = input.source;
    const field = fieldOf(input.source);
    const source = isPooled(pattern, runtime.rule.groupBy)
      ? this.pool(poolFilter(pattern, runtime.rule.groupBy, labels), field)
      : this.#seriesAt(filled(pattern, labels), field);
    return this.#sourceOf(source);
  }

  /** What stands for an input that the instances of a forerunner have not heard of: nothing ever comes of it. */
  #unheardInput(runtime: RuleRuntime, index: number): BoundInput {
    const inputs = this.#unheard.get(runtime) ?? new Map<number, BoundInput>();
    this.#unheard.set(runtime, inputs);
    let input = inputs.get(index);
    if (input === undefined) {
      const isPool = runtime.plan.forerunner?.pooled[index] === true;
      const source = isPool ? new Pool('', '', this.counts) : new Series('', '');
      input = { source, windows: new WindowSet(source, this.moment) };
      inputs.set(index, input);
    }
    return input;
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

  /** One for a filter and a field, whatever the captures are called. */
  pool(filter: string, field: string): Pool {
    const known = this.pools.get(poolKey(filter, field));
    if (known !== undefined) return known;
    const made = new Pool(filter, field, this.counts);
    this.pools.set(made.key, made);
    this.#sourceOf(made);
    this.connections.settlePool(made);
    return made;
  }

  #sourceOf(source: ReadingSource): Source {
    let entry = this.#sources.get(source);
    if (entry === undefined) {
      const input: BoundInput = { source, windows: new WindowSet(source, this.moment) };
      entry = { ...input, alone: [input], readers: new Set() };
      this.#sources.set(source, entry);
    }
    return entry;
  }

  /** Nobody reads it any more: its readings are gone, and it begins anew if somebody does again. */
  #drop(source: ReadingSource): void {
    this.#sources.delete(source);
    if (!(source instanceof Pool)) return;
    this.pools.delete(source.key);
    for (const member of source.members) member.leave(source);
  }

  #invalidate(source: ReadingSource): void {
    const members = source instanceof Pool ? source.members : source instanceof Series ? [source] : [];
    for (const { topic } of members) {
      this.bindings.get(topic)?.invalidate();
    }
  }
}

/** What each runtime reads when it runs the unit beside it. */
export function inputIndex(runtimes: readonly RuleRuntime[], units: readonly Unit[]): InputIndex {
  const uses: InputIndex = new TopicIndex();
  runtimes.forEach((runtime, at) => {
    const unit = units[at];
    unit?.rule.inputs.forEach(({ source }, index) => {
      if (unit.forerunner?.reads[index] === false) return;
      uses.add(source.pattern, { runtime, index, field: fieldOf(source), pattern: source.pattern });
    });
  });
  return uses;
}

/** The label values of the instances that a topic begins. */
function begunBy(
  { rule, join }: RuleRuntime,
  pattern: TopicPattern,
  captures: TopicCaptures,
): readonly (readonly string[])[] {
  const { groupBy, maxInstances } = rule;
  if (join !== null) return join.add(captures.labels(pattern), maxInstances);
  const values = captures.values(pattern, groupBy);
  return values === null ? [] : [values];
}

/** Whatever a rule computes from the readings of one of its inputs. */
function askFor(plan: RulePlan, index: number, windows: WindowSet): void {
  const maxAgeMs = plan.rule.inputs[index]?.maxAgeMs ?? null;
  for (const signal of plan.operatorsOf(index)) windows.operator(signal, maxAgeMs);
  if (plan.remembers(index)) windows.remember();
}

/** The field of the topic that its pattern matches. */
function fieldOf(source: InputSource): string {
  return source.kind === 'model' ? source.output : source.field;
}

function withPools(series: Series): (Series | Pool)[] {
  return [series, ...series.pools.map(({ pool }) => pool)];
}
