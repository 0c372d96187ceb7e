import type { Scalar } from '../../rules/reading.js';
import type { Input, Rule } from '../../rules/rule.js';
import { Instance } from './instance.js';
import { KnownInput } from './known-input.js';
import type { RuleContext } from './rule-context.js';
import { rulePartsOf } from './rule-parts.js';
import { Schedule } from './schedule.js';
import { Series } from './series.js';
import { compareByCodePoint, compareLists, matchTopic } from './topics.js';

/** A message with its times settled and its fields found. */
export interface Arrived {
  readonly topic: string;
  readonly values: ReadonlyMap<string, Scalar>;
  /** Own time. */
  readonly time: number;
  readonly arrival: number;
  /** What the wall clock showed at its arrival. */
  readonly wall: number;
  /** Its place among all messages. */
  readonly order: number;
  readonly turn: number;
  readonly grace: number;
  readonly retain: boolean;
}

export interface Reached {
  readonly instances: ReadonlySet<Instance>;
  /** Instances that made room, still to be ended. */
  readonly evicted: readonly Instance[];
  readonly refused: number;
}

/** A series that a message gave a reading, or (of another kind) made unknown. */
interface Fed {
  readonly input: Input;
  readonly series: Series;
  readonly isReading: boolean;
  /** A reading that is not late. */
  readonly isNewest: boolean;
}

/** One rule with everything that came for it. */
export class RuleState {
  instances: Instance[] = [];
  /** By input, then topic. */
  private readonly series: ReadonlyMap<string, Map<string, Series>>;

  private readonly context: RuleContext;

  constructor(
    readonly rule: Rule,
    { gaps, clock, standstills, ahead, past }: Omit<RuleContext, 'rule' | 'parts' | 'schedule'>,
  ) {
    this.context = {
      rule,
      parts: rulePartsOf(rule),
      schedule: new Schedule(rule.active),
      gaps,
      clock,
      standstills,
      ahead,
      past,
    };
    this.series = new Map(rule.inputs.map((input) => [input.name, new Map()]));
  }

  /** Applies a message to all the series it feeds, then begins the instances that it names for the first time. */
  apply(message: Arrived): Reached {
    const fed = this.rule.inputs.flatMap((input) => this.feed(input, message));
    const instances = new Set(fed.flatMap((each) => this.reached(each, message.arrival)));
    const evicted = [];
    let refused = 0;
    for (const { input, series, isReading } of fed) {
      if (!isReading || !this.namesInstance(input) || this.instancesOf(series).length > 0) continue;
      const place = this.placeForOne();
      if (place.isRefused) {
        refused += 1;
        continue;
      }
      if (place.evicted !== null) evicted.push(place.evicted);
      this.begin(series, message);
      for (const each of fed)
        for (const instance of this.reached(each, message.arrival)) instances.add(instance);
    }
    return { instances, evicted, refused };
  }

  /** Forgets an instance; what came for it stays. */
  drop(instance: Instance): void {
    this.instances = this.instances.filter((one) => one !== instance);
  }

  shift(byMs: number): void {
    for (const topics of this.series.values()) {
      for (const { all, retained } of topics.values()) {
        for (const held of [...all, ...(retained === null ? [] : [retained])]) held.arrival += byMs;
      }
    }
  }

  private feed(input: Input, { topic, values, retain, ...times }: Arrived): Fed[] {
    if (input.source.kind !== 'topic') return [];
    if (this.context.ahead !== null && this.namesInstance(input)) return [];
    const value = values.get(input.source.field);
    const labels = matchTopic(input.source.pattern, topic);
    if (value === undefined || labels === null) return [];
    const series = this.seriesOf(input, topic, labels);
    const offer = { value, ...times };
    if (retain) return series.retain(offer) ? [{ input, series, isReading: true, isNewest: false }] : [];
    const reading = series.accept(offer);
    return [{ input, series, isReading: reading !== null, isNewest: reading?.late === false }];
  }

  private reached({ input, series, isReading, isNewest }: Fed, arrival: number): Instance[] {
    const instances = this.instancesOf(series);
    for (const instance of isReading ? instances : []) {
      instance.gaveReading(arrival, { input: input.name, isNewest });
    }
    return instances;
  }

  private instancesOf(series: Series): Instance[] {
    return this.instances.filter((instance) => this.belongs(instance.key, series));
  }

  private placeForOne(): { isRefused: boolean; evicted: Instance | null } {
    if (this.instances.length < this.rule.maxInstances) return { isRefused: false, evicted: null };
    const evicted = this.longestSilent();
    if (evicted === undefined) return { isRefused: true, evicted: null };
    this.drop(evicted);
    return { isRefused: false, evicted };
  }

  /** The instances of the tables whose rows are expected; gives how many there was no room for. */
  beginExpected(now: number, nextOrder: number): number {
    if (this.context.ahead !== null) {
      this.beginWith(this.context.ahead, now, nextOrder);
      return 0;
    }
    let refused = 0;
    for (const { expected } of this.context.parts.absents) {
      const table = this.rule.tables.find(({ name }) => name === expected);
      for (const row of table?.rows ?? []) {
        const key = this.rule.groupBy.map((label) => row[table?.columns.indexOf(label) ?? -1]?.text ?? '');
        if (
          key.includes('') ||
          this.instances.some((one) => compareLists(one.key, key, compareByCodePoint) === 0)
        )
          continue;
        if (this.instances.length < this.rule.maxInstances) this.beginWith(key, now, nextOrder);
        else refused += 1;
      }
    }
    return refused;
  }

  private begin(series: Series, { arrival, order }: Arrived): void {
    const key = this.rule.groupBy.map((label) => series.labels.get(label) ?? '');
    this.beginWith(key, arrival, order);
  }

  private beginWith(key: readonly string[], arrival: number, order: number): void {
    const known = this.rule.inputs.map((input) => this.known(input, key));
    const instance = new Instance(this.context, key, known, arrival, order);
    this.instances = [...this.instances, instance].toSorted(byKey);
  }

  /** The inactive instance to make room: the longest silent, of several the first by key. */
  private longestSilent(): Instance | undefined {
    const inactive = this.instances.filter((instance) => instance.isInactive);
    return inactive.toSorted((a, b) => a.silentSince - b.silentSince || byKey(a, b))[0];
  }

  private known(input: Input, key: readonly string[]): KnownInput {
    const all = (): Series[] => [...(this.series.get(input.name)?.values() ?? [])];
    const isOwn = (topic: string): boolean => {
      const labels = input.source.kind === 'topic' ? matchTopic(input.source.pattern, topic) : null;
      return labels !== null && this.belongs(key, { labels });
    };
    return new KnownInput(input, {
      isPooled: this.isPooled(input),
      allSeries: () => all().filter((one) => this.belongs(key, one)),
      stepStandstills: () => this.context.standstills.of(isOwn, 'step'),
      standstillsOf: (topic) =>
        this.context.standstills.of(topic === null ? isOwn : (other) => other === topic),
      isOwn,
    });
  }

  /** Does one of its inputs read a topic? */
  reads(topic: string): boolean {
    return this.rule.inputs.some(
      ({ source }) => source.kind === 'topic' && matchTopic(source.pattern, topic) !== null,
    );
  }

  private isPooled({ source }: Input): boolean {
    if (source.kind !== 'topic') return false;
    const { hasWildcard, captures } = source.pattern;
    return hasWildcard || captures.some((label) => !this.rule.groupBy.includes(label));
  }

  private namesInstance({ source }: Input): boolean {
    return (
      source.kind === 'topic' && this.rule.groupBy.every((label) => source.pattern.captures.includes(label))
    );
  }

  /** Whether a series agrees with an instance on the labels it captures. */
  private belongs(key: readonly string[], series: Pick<Series, 'labels'>): boolean {
    return this.rule.groupBy.every((label, index) => (series.labels.get(label) ?? key[index]) === key[index]);
  }

  private seriesOf(input: Input, topic: string, labels: ReadonlyMap<string, string>): Series {
    const topics = this.series.get(input.name) ?? new Map<string, Series>();
    const series = topics.get(topic) ?? new Series(topic, labels);
    topics.set(topic, series);
    return series;
  }
}

/** Orders rules and instances as the steps of one instant are. */
export function byKey(a: Instance, b: Instance): number {
  return compareByCodePoint(a.ruleId, b.ruleId) || compareLists(a.key, b.key, compareByCodePoint);
}
