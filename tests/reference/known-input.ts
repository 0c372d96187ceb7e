import type { Scalar } from '../../rules/reading.js';
import type { Input } from '../../rules/rule.js';
import { inOrder, type Reading, type Series } from './series.js';
import type { Source, Span } from './source.js';

/** What one instance sees of one input: the series that agree with its labels. */
export class KnownInput implements Source {
  constructor(
    readonly input: Input,
    readonly isPooled: boolean,
    private readonly allSeries: () => Series[],
  ) {}

  get series(): Series[] {
    return this.allSeries();
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

  get unknownSpans(): Span[] {
    return this.series.flatMap((series) => series.unknownSpans);
  }

  /** The newest value of the newest series, unless it is of a wrong kind or too old. */
  valueAt(now: number): Scalar | null {
    const newest = this.newestSeries();
    if (newest !== undefined) return newest.isMismatched ? null : this.fresh(newest.newest, now);
    const retained = this.series.flatMap((series) => series.retained ?? []);
    return this.fresh(retained.toSorted((a, b) => a.order - b.order).at(-1), now);
  }

  /** The value of one member series: for `across`. */
  valueOf(series: Series, now: number): Scalar | null {
    if (series.isMismatched) return null;
    return this.fresh(series.newest ?? series.retained ?? undefined, now);
  }

  private newestSeries(): Series | undefined {
    const newest = inOrder(this.series.flatMap((series) => series.newest ?? [])).at(-1);
    return this.series.find((series) => newest !== undefined && series.newest === newest);
  }

  private fresh(held: { value: Scalar; arrival: number } | undefined, now: number): Scalar | null {
    if (held === undefined) return null;
    const { maxAgeMs } = this.input;
    return maxAgeMs !== null && now >= held.arrival + maxAgeMs ? null : held.value;
  }
}
