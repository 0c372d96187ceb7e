import { deserialize, serialize } from 'node:v8';
import type { Scorer } from '../../models/scorer.js';
import type { Scalar } from '../../rules/reading.js';
import type { MarkEvent, RowScorer } from '../../rules/supply.js';

/** A scorer as the engine takes it: its state is one text, a character for each byte. */
export class ModelRowScorer implements RowScorer {
  quality: string;

  constructor(private readonly scorer: Scorer) {
    this.quality = 'warmup';
  }

  score(time: number, row: readonly (Scalar | null)[]): readonly (Scalar | null)[] {
    const { quality, outputs } = this.scorer.score(time, row);
    this.quality = quality;
    return outputs;
  }

  mark(time: number, event: MarkEvent): void {
    this.scorer.mark(time, event);
  }

  save(): readonly unknown[] {
    return [this.quality, serialize(this.scorer.save()).toString('latin1')];
  }

  load([quality, state]: readonly unknown[]): void {
    if (typeof quality !== 'string' || typeof state !== 'string')
      throw new TypeError('snapshot: the state of a scorer expected');
    this.quality = quality;
    this.scorer.load(deserialize(Buffer.from(state, 'latin1')));
  }
}
