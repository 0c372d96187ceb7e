import type { Moment } from '../engine/moment.js';
import type { StateReader, StateWriter } from '../engine/state.js';
import { ConditionNode, TRUE, type Truth, truth } from './condition-node.js';
import { RiseDetector } from './rise-detector.js';

/**
 * `sequence`: rises r1 < r2 < … < rn of the parts, strictly increasing in time, rn − r1 < within, and `unless` true in
 * no step from r1's to rn's. True from such an rn until the last part is no longer true; never unknown.
 * Of all ways to go on it keeps, for each part reached, the one that started latest: no other can finish where it cannot.
 */
export class SequenceCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];
  readonly #rises: readonly RiseDetector[];
  /** For each part: the latest start of a chain that has come so far, and when it got there. NaN: none. */
  readonly #starts: Chain[][];
  #isTrue = false;

  constructor(
    private readonly sequence: readonly ConditionNode[],
    private readonly withinMs: number,
    private readonly unless: ConditionNode | null,
  ) {
    super();
    this.parts = unless === null ? sequence : [...sequence, unless];
    this.#rises = sequence.map(() => new RiseDetector());
    this.#starts = sequence.map(() => []);
  }

  override evaluate(moment: Moment): Truth {
    const states = this.sequence.map((part) => part.evaluate(moment));
    const isBroken = this.unless?.evaluate(moment) === TRUE;
    const hasRisen = this.#rises.map((rise, index) => rise.see(states[index] ?? 0));
    const last = this.sequence.length - 1;
    if (states[last] !== TRUE) this.#isTrue = false;
    if (isBroken) for (const chains of this.#starts) chains.length = 0;
    else this.#extend(hasRisen, moment.now);
    this.state = truth(this.#isTrue);
    return this.state;
  }

  /** Last part first, so that no chain takes two rises of one step. */
  #extend(hasRisen: readonly boolean[], now: number): void {
    for (let index = this.sequence.length - 1; index >= 0; index--) {
      if (hasRisen[index] !== true) continue;
      const start = index === 0 ? now : this.#latestStart(index - 1, now);
      if (Number.isNaN(start)) continue;
      if (index === this.sequence.length - 1) this.#isTrue = true;
      else this.#remember(index, { start, at: now });
    }
  }

  /** The latest start among the chains that reached a part before `now` and have time left. */
  #latestStart(index: number, now: number): number {
    let latest = Number.NaN;
    for (const { start, at } of this.#starts[index] ?? []) {
      if (at < now && now - start < this.withinMs && !(start <= latest)) latest = start;
    }
    return latest;
  }

  /** Two chains are enough: the best one of before, and the best one of this very instant, which only later rises may use. */
  #remember(index: number, chain: Chain): void {
    const chains = this.#starts[index] ?? [];
    const earlier = chains.filter(({ at }) => at < chain.at);
    const sameTime = chains.filter(({ at }) => at === chain.at);
    const best = earlier.reduce<Chain | null>((a, b) => (a === null || b.start > a.start ? b : a), null);
    const newest = sameTime.reduce((a, b) => (b.start > a.start ? b : a), chain);
    this.#starts[index] = best === null ? [newest] : [best, newest];
  }

  override held(): boolean {
    return false;
  }

  override reset(begin: number): void {
    super.reset(begin);
    for (const rise of this.#rises) rise.wasTrue = false;
    for (const chains of this.#starts) chains.length = 0;
    this.#isTrue = false;
  }

  override shift(deltaMs: number): void {
    super.shift(deltaMs);
    for (const chains of this.#starts) {
      for (const chain of chains) {
        chain.start += deltaMs;
        chain.at += deltaMs;
      }
    }
  }

  override save(writer: StateWriter): void {
    super.save(writer);
    for (const rise of this.#rises) writer.put(rise.wasTrue);
    for (const chains of this.#starts)
      writer.put(Float64Array.from(chains.flatMap(({ start, at }) => [start, at])));
    writer.put(this.#isTrue);
  }

  override load(reader: StateReader): void {
    super.load(reader);
    for (const rise of this.#rises) rise.wasTrue = reader.boolean();
    for (let index = 0; index < this.#starts.length; index++) {
      const numbers = reader.numbers();
      const chains: Chain[] = [];
      for (let i = 0; i + 1 < numbers.length; i += 2)
        chains.push({ start: numbers[i] ?? 0, at: numbers[i + 1] ?? 0 });
      this.#starts[index] = chains;
    }
    this.#isTrue = reader.boolean();
  }
}

/** A chain of rises: when its first one was, and when its last one so far. */
interface Chain {
  start: number;
  at: number;
}
