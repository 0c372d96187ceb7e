import type { StateReader, StateWriter } from '../../rules/engine/state.js';

/**
 * How levels between 0 and 2 are spread while a signal is calm, as a histogram: bounded, and never a look at what comes
 * later. Gives the conformal rank of a level (Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005,
 * section 2.2): the share of calm levels below it.
 */
export class CalmRanks {
  readonly #bins = new Float64Array(BINS);
  #total = 0;

  take(level: number): void {
    const bin = binOf(level);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    if (++this.#total < TOTAL_MAX) return;
    for (let at = 0; at < BINS; at++) this.#bins[at] = (this.#bins[at] ?? 0) / 2;
    this.#total /= 2;
  }

  /** 0…1; within a bin in proportion. 0.5 as long as nothing is known. */
  shareBelow(level: number): number {
    if (this.#total === 0) return 0.5;
    const bin = binOf(level);
    let below = 0;
    for (let at = 0; at < bin; at++) below += this.#bins[at] ?? 0;
    const within = Math.min(1, Math.max(0, (level / LEVEL_MAX) * BINS - bin));
    return (below + within * (this.#bins[bin] ?? 0)) / this.#total;
  }

  /** The level that a share of the calm ones is below: the inverse of `shareBelow`. */
  quantile(share: number): number {
    let rest = share * this.#total;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#bins[bin] ?? 0;
      if (count > 0 && rest <= count) return (LEVEL_MAX * (bin + rest / count)) / BINS;
      rest -= count;
    }
    return 1;
  }

  save(writer: StateWriter): void {
    writer.put(this.#bins.slice(), this.#total);
  }

  load(reader: StateReader): void {
    this.#bins.set(reader.numbers());
    this.#total = reader.number();
  }
}

const BINS = 128;
/** Higher levels count as this. */
const LEVEL_MAX = 2;
/** At so many the old ones are given half their weight. */
const TOTAL_MAX = 20_000;

function binOf(level: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor((level / LEVEL_MAX) * BINS)));
}
