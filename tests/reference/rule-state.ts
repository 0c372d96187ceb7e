import type { Input, Rule } from '../../rules/rule.js';
import { Instance } from './instance.js';
import { KnownInput } from './known-input.js';
import { Series } from './series.js';
import { compareByCodePoint, compareLists, matchTopic } from './topics.js';

export interface Touched {
  readonly instances: ReadonlySet<Instance>;
  /** Instances that made room, still to be ended. */
  readonly evicted: readonly Instance[];
  readonly refused: number;
}

/** One topic that gives an input values: which series it is. */
interface Bound {
  readonly input: Input;
  readonly series: Series;
}

/** One rule with everything that came for it. */
export class RuleState {
  instances: Instance[] = [];
  /** By input, then topic. */
  private readonly series: ReadonlyMap<string, Map<string, Series>>;

  constructor(readonly rule: Rule) {
    this.series = new Map(rule.inputs.map((input) => [input.name, new Map()]));
  }

  /** The series a topic feeds; `hasField` says which of the message's fields are there. */
  bind(topic: string, hasField: (field: string) => boolean): Bound[] {
    return this.rule.inputs.flatMap((input) => {
      if (input.source.kind !== 'topic' || !hasField(input.source.field)) return [];
      const labels = matchTopic(input.source.pattern, topic);
      return labels === null ? [] : [{ input, series: this.seriesOf(input, topic, labels) }];
    });
  }

  /** The instances that a series of an input belongs to; a reading begins the one that it names in full. */
  reached(input: Input, series: Series, begin: { now: number } | null): Touched {
    const instances = this.instances.filter((instance) => this.belongs(instance.key, series));
    if (begin === null || instances.length > 0 || !this.namesInstance(input)) {
      return { instances: new Set(instances), evicted: [], refused: 0 };
    }
    return this.begin(series, begin.now);
  }

  /** Forgets an instance and the series that were its alone. */
  drop(instance: Instance): void {
    this.instances = this.instances.filter((one) => one !== instance);
    this.dropSeries(instance.key);
  }

  shift(byMs: number): void {
    for (const topics of this.series.values()) {
      for (const { all, retained } of topics.values()) {
        for (const held of [...all, ...(retained === null ? [] : [retained])]) held.arrival += byMs;
      }
    }
  }

  private begin(series: Series, now: number): Touched {
    const key = this.rule.groupBy.map((label) => series.labels.get(label) ?? '');
    const isFullHouse = this.instances.length >= this.rule.maxInstances;
    const evicted = isFullHouse ? this.longestSilent() : undefined;
    if (isFullHouse && evicted === undefined) {
      this.dropSeries(key);
      return { instances: new Set(), evicted: [], refused: 1 };
    }
    const known = this.rule.inputs.map((input) => this.known(input, key));
    const instance = new Instance(this.rule, key, known, now);
    this.instances = [...this.instances, instance].toSorted(byKey);
    return { instances: new Set([instance]), evicted: evicted === undefined ? [] : [evicted], refused: 0 };
  }

  /** The inactive instance to make room: the longest silent, of several the first by key. */
  private longestSilent(): Instance | undefined {
    const inactive = this.instances.filter((instance) => instance.isInactive);
    return inactive.toSorted((a, b) => a.silentSince - b.silentSince || byKey(a, b))[0];
  }

  private known(input: Input, key: readonly string[]): KnownInput {
    const all = (): Series[] => [...(this.series.get(input.name)?.values() ?? [])];
    return new KnownInput(input, this.isPooled(input), () => all().filter((one) => this.belongs(key, one)));
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
  private belongs(key: readonly string[], series: Series): boolean {
    return this.rule.groupBy.every((label, index) => (series.labels.get(label) ?? key[index]) === key[index]);
  }

  private dropSeries(key: readonly string[]): void {
    for (const input of this.rule.inputs.filter((one) => this.namesInstance(one))) {
      const topics = this.series.get(input.name);
      for (const series of topics?.values() ?? []) {
        if (this.belongs(key, series)) topics?.delete(series.topic);
      }
    }
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
  return compareByCodePoint(a.rule.id, b.rule.id) || compareLists(a.key, b.key, compareByCodePoint);
}
