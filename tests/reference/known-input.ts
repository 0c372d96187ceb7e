import type { Scalar } from '../../rules/reading.js';
import type { Input } from '../../rules/rule.js';
import { inOrder, type Reading, type Series } from './series.js';
import type { Source, Span } from './source.js';
import { dueAfter } from './standstills.js';

export interface KnownInputParts {
  readonly isPooled: boolean;
  readonly allSeries: () => Series[];
  /** When `absent` and `maxAge` stand still: of one of its topics, or (`null`) of the input. */
  readonly standstillsOf: (topic: string | null) => Span[];
  /** The same of the input, in times that gaps do not move. */
  readonly stepStandstills: () => Span[];
  readonly isOwn: (topic: string) => boolean;
}

/** What one instance sees of one input: the series that agree with its labels. */
export class KnownInput implements Source {
  readonly isPooled: boolean;

  constructor(
    readonly input: Input,
    private readonly parts: KnownInputParts,
  ) {
    this.isPooled = parts.isPooled;
  }

  get series(): Series[] {
    return this.parts.allSeries();
  }

  /** Is a topic among those it reads? */
  isOwn(topic: string): boolean {
    return this.parts.isOwn(topic);
  }

  /** When it is silent for so long after a time; what stands still does not count. */
  dueAfter(from: number, forMs: number): number {
    return dueAfter(from, forMs, this.parts.standstillsOf(null));
  }

  /** When its value is too old, and when those of its series are. */
  get ageDeadlines(): number[] {
    const { maxAgeMs } = this.input;
    if (maxAgeMs === null) return [];
    return this.series.flatMap((series) => {
      const held = [...series.readings, ...(series.retained === null ? [] : [series.retained])];
      const own = this.parts.standstillsOf(series.topic);
      return held.flatMap(({ arrival }) => [
        dueAfter(arrival, maxAgeMs, own),
        this.dueAfter(arrival, maxAgeMs),
      ]);
    });
  }

  /** Every reading that is in force, in order of (own time, arrival). */
  get readings(): Reading[] {
    return inOrder(this.series.flatMap((series) => series.readings));
  }

  /** The readings that were not late, in order of arrival. */
  get onTime(): Reading[] {
    return this.series.flatMap((series) => series.onTime).toSorted((a, b) => a.order - b.order);
  }

  /** Every reading that came, in order of arrival: a change of kind restarts a series, never a pool. */
  get came(): Reading[] {
    const came = this.series.flatMap((series) => (this.isPooled ? series.all : series.readings));
    return came.toSorted((a, b) => a.order - b.order);
  }

  get maxAgeMs(): number | null {
    return this.input.maxAgeMs;
  }

  get standstills(): Span[] {
    return this.parts.stepStandstills();
  }

  get unknownSpans(): Span[] {
    return this.series.flatMap((series) => series.unknownSpans);
  }

  /** The newest value of the newest series, unless it is of a wrong kind or too old. */
  valueAt(now: number): Scalar | null {
    const newest = this.newestSeries();
    const standstills = this.parts.standstillsOf(null);
    if (newest !== undefined) return newest.isMismatched ? null : this.fresh(newest.newest, now, standstills);
    const retained = this.series.flatMap((series) => series.retained ?? []);
    return this.fresh(retained.toSorted((a, b) => a.order - b.order).at(-1), now, standstills);
  }

  /** The value of one member series: for `across`. */
  valueOf(series: Series, now: number): Scalar | null {
    if (series.isMismatched) return null;
    const standstills = this.parts.standstillsOf(series.topic);
    return this.fresh(series.newest ?? series.retained ?? undefined, now, standstills);
  }

  private newestSeries(): Series | undefined {
    const newest = inOrder(this.series.flatMap((series) => series.newest ?? [])).at(-1);
    return this.series.find((series) => newest !== undefined && series.newest === newest);
  }

  private fresh(
    held: { value: Scalar; arrival: number } | undefined,
    now: number,
    standstills: readonly Span[],
  ): Scalar | null {
    if (held === undefined) return null;
    const { maxAgeMs } = this.input;
    return maxAgeMs !== null && now >= dueAfter(held.arrival, maxAgeMs, standstills) ? null : held.value;
  }
}
