import type { StateReader, StateWriter } from '../../rules/engine/state.js';
import { HeldEvidence } from './held-evidence.js';
import { HighRecord } from './high-record.js';
import { PatternMemory, type PatternSize } from './pattern-memory.js';

/** How much of the warm-up is over: shapes are first only remembered, then also compared, then they are evidence. */
export type Stage = 'remember' | 'compare' | 'learnt';

/** Has the signal taken a shape that is farther from all it has taken lately than any shape was before? */
export class PatternTest {
  readonly evidence = new HeldEvidence();
  readonly #memory: PatternMemory;
  readonly #record = new HighRecord(DECAY);

  constructor(size: PatternSize) {
    this.#memory = new PatternMemory(size);
  }

  /**
   * @param deviation of the signal: what novelty is measured in
   * @returns how new the shape is: 0 seen before, 1 as new as the newest before, or newer
   */
  look(value: number, deviation: number, stage: Stage): number {
    this.#memory.take(value);
    if (stage === 'remember') return 0;
    const novelty = deviation > 0 ? this.#memory.novelty / deviation : 0;
    const excess = this.#record.excess(novelty);
    this.#record.take(novelty);
    this.evidence.take(stage === 'learnt' && novelty > NOVELTY_MIN ? excess / NOVELTY_LIMIT : 0);
    return Math.min(1, 1 + excess);
  }

  interrupt(): void {
    this.#memory.interrupt();
  }

  save(writer: StateWriter): void {
    this.evidence.save(writer);
    this.#memory.save(writer);
    this.#record.save(writer);
  }

  load(reader: StateReader): void {
    this.evidence.load(reader);
    this.#memory.load(reader);
    this.#record.load(reader);
  }
}

/** Per reading: half of the record in 1700 readings. */
const DECAY = 4e-4;
/** Newer than the record by this share of it is an alarm. */
const NOVELTY_LIMIT = 0.35;
/** In deviations of the signal: shapes of a smooth signal that differ by less are the same shape. */
const NOVELTY_MIN = 0.05;
