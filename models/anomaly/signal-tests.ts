import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { PatternTest, type Stage } from './pattern-test.js';
import { RangeTest } from './range-test.js';
import { RunningLevel } from './running-level.js';

/** All tests of one signal, and what they share. */
export class SignalTests {
  readonly #mean = new RunningLevel(MEAN_READINGS);
  readonly #spread = new RunningLevel(SPREAD_READINGS);
  /** What the novelty of shapes is measured in. */
  readonly #scale = new RunningLevel(SCALE_READINGS);
  readonly #value = new RangeTest();
  readonly #meanRange = new RangeTest();
  readonly #spreadRange = new RangeTest();
  readonly #short = new PatternTest({ blockLength: 4, blocks: 8, remembered: 128 });
  readonly #middle = new PatternTest({ blockLength: 8, blocks: 8, remembered: 128 });
  readonly #long = new PatternTest({ blockLength: 16, blocks: 16, remembered: 128 });

  /**
   * @returns how strange the value is, 1 or more for an alarm: up to a half while nothing is beyond what was before, by how
   * near it comes to that; then by the evidence of all tests together.
   */
  look(value: number, stage: Stage): number {
    const level = this.#look(value, stage);
    const evidence = this.#evidence;
    if (evidence >= 1) return evidence;
    return evidence > 0 ? 0.5 + evidence / 2 : level / 2;
  }

  #look(value: number, stage: Stage): number {
    this.#mean.take(value);
    this.#spread.take(value);
    this.#scale.take(value);
    const isLearnt = stage === 'learnt';
    const deviation = this.#scale.deviation;
    return Math.max(
      this.#value.look(value, isLearnt),
      this.#meanRange.look(this.#mean.mean, isLearnt),
      this.#spreadRange.look(this.#spread.deviation, isLearnt),
      this.#short.look(value, deviation, stage),
      this.#middle.look(value, deviation, stage),
      this.#long.look(value, deviation, stage),
    );
  }

  get #evidence(): number {
    return (
      this.#value.evidence.value +
      this.#meanRange.evidence.value +
      this.#spreadRange.evidence.value +
      this.#short.evidence.value +
      this.#middle.evidence.value +
      this.#long.evidence.value
    );
  }

  /** There was a gap: values before it make no shape with those after it. */
  interrupt(): void {
    for (const test of [this.#short, this.#middle, this.#long]) test.interrupt();
  }

  save(writer: StateWriter): void {
    for (const part of this.#parts) part.save(writer);
  }

  load(reader: StateReader): void {
    for (const part of this.#parts) part.load(reader);
  }

  get #parts() {
    return [
      ...[this.#mean, this.#spread, this.#scale],
      ...[this.#value, this.#meanRange, this.#spreadRange],
      ...[this.#short, this.#middle, this.#long],
    ];
  }
}

const MEAN_READINGS = 8;
const SPREAD_READINGS = 32;
const SCALE_READINGS = 2000;
