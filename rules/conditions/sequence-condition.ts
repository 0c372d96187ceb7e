import type { Moment } from '../engine/moment.js';
import type { StateBytes } from '../engine/state-bytes.js';
import type { StateBytesReader } from '../engine/state-bytes-reader.js';
import { ConditionNode, FALSE, TRUE, type Truth, truth } from './condition-node.js';
import { RiseDetector } from './rise-detector.js';

/**
 * `sequence`: rises r1 < r2 < … < rn of the parts, strictly increasing in time, rn − r1 < within, and `unless` true in
 * no step from r1's to rn's. True from such an rn until the last part is no longer true; never unknown.
 * Of all ways to go on it keeps, for each part reached, the one that started latest: no other can finish where it cannot.
 */
export class SequenceCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  readonly #rises: readonly RiseDetector[];
  readonly #hasRisen: boolean[];
  /**
   * For each part, of the chains that have come so far the one that started latest, and when it got there; NaN: none.
   * One that got there in this very instant, which only later rises may use, is kept beside the best one of before.
   */
  readonly #earlier: Chains;
  readonly #newest: Chains;
  #isTrue = false;

  constructor(
    private readonly sequence: readonly ConditionNode[],
    private readonly withinMs: number,
    private readonly unless: ConditionNode | null,
  ) {
    super();
    this.parts = unless === null ? sequence : [...sequence, unless];
    this.#rises = sequence.map(() => new RiseDetector());
    this.#hasRisen = sequence.map(() => false);
    this.#earlier = noChains(sequence.length);
    this.#newest = noChains(sequence.length);
  }

  override evaluate(moment: Moment): Truth {
    const { sequence } = this;
    for (let i = 0; i < sequence.length; i++) {
      const state = sequence[i]?.evaluate(moment) ?? FALSE;
      this.#hasRisen[i] = this.#rises[i]?.see(state) === true;
      if (i === sequence.length - 1 && state !== TRUE) this.#isTrue = false;
    }
    if (this.unless?.evaluate(moment) === TRUE) this.#forgetChains();
    else this.#extend(moment.now);
    this.state = truth(this.#isTrue);
    return this.state;
  }

  #forgetChains(): void {
    this.#earlier.starts.fill(Number.NaN);
    this.#newest.starts.fill(Number.NaN);
  }

  /** Last part first, so that no chain takes two rises of one step. */
  #extend(now: number): void {
    for (let index = this.sequence.length - 1; index >= 0; index--) {
      if (this.#hasRisen[index] !== true) continue;
      const start = index === 0 ? now : this.#latestStart(index - 1, now);
      if (Number.isNaN(start)) continue;
      if (index === this.sequence.length - 1) this.#isTrue = true;
      else this.#remember(index, start, now);
    }
  }

  /** The latest start among the chains that reached a part before `now` and have time left. */
  #latestStart(index: number, now: number): number {
    const newest = this.#newest.starts[index] ?? Number.NaN;
    const earlier = this.#earlier.starts[index] ?? Number.NaN;
    const isNewest = (this.#newest.ats[index] ?? now) < now && !(newest < earlier);
    const latest = isNewest ? newest : earlier;
    return now - latest < this.withinMs ? latest : Number.NaN;
  }

  #remember(index: number, start: number, now: number): void {
    const { starts, ats } = this.#newest;
    const known = starts[index] ?? Number.NaN;
    if (!Number.isNaN(known) && ats[index] === now) {
      if (start > known) starts[index] = start;
      return;
    }
    if (!Number.isNaN(known) && !((this.#earlier.starts[index] ?? Number.NaN) >= known)) {
      this.#earlier.starts[index] = known;
      this.#earlier.ats[index] = ats[index] ?? Number.NaN;
    }
    starts[index] = start;
    ats[index] = now;
  }

  override held(): boolean {
    return false;
  }

  override reset(begin: number): void {
    super.reset(begin);
    for (const rise of this.#rises) rise.wasTrue = false;
    this.#forgetChains();
    this.#isTrue = false;
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    for (const { starts, ats } of [this.#earlier, this.#newest]) {
      for (let i = 0; i < starts.length; i++) {
        starts[i] = (starts[i] ?? Number.NaN) + deltaMs;
        ats[i] = (ats[i] ?? Number.NaN) + deltaMs;
      }
    }
  }

  override save(writer: StateBytes): void {
    super.save(writer);
    for (const rise of this.#rises) writer.boolean(rise.wasTrue);
    for (let i = 0; i < this.sequence.length; i++) {
      const numbers = [...chainAt(this.#earlier, i), ...chainAt(this.#newest, i)];
      writer.numbers(Float64Array.from(numbers));
    }
    writer.boolean(this.#isTrue);
  }

  override load(reader: StateBytesReader): void {
    super.load(reader);
    for (const rise of this.#rises) rise.wasTrue = reader.boolean();
    this.#forgetChains();
    for (let i = 0; i < this.sequence.length; i++) {
      const numbers = reader.numbers();
      const last = numbers.length - 2;
      if (last > 0) setChain(this.#earlier, i, numbers[0], numbers[1]);
      if (last >= 0) setChain(this.#newest, i, numbers[last], numbers[last + 1]);
    }
    this.#isTrue = reader.boolean();
  }
}

/** Of each part: when the first rise of a chain was, and its last one so far. */
interface Chains {
  readonly starts: Float64Array;
  readonly ats: Float64Array;
}

function noChains(parts: number): Chains {
  return { starts: new Float64Array(parts).fill(Number.NaN), ats: new Float64Array(parts).fill(Number.NaN) };
}

function chainAt({ starts, ats }: Chains, index: number): number[] {
  const start = starts[index] ?? Number.NaN;
  return Number.isNaN(start) ? [] : [start, ats[index] ?? Number.NaN];
}

function setChain({ starts, ats }: Chains, index: number, start = Number.NaN, at = Number.NaN): void {
  starts[index] = start;
  ats[index] = at;
}
