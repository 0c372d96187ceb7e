import type { OnnxValue } from './onnx-value.js';
import { type PostTransform, transform } from './post-transform.js';

/** What a single score says of two labels: it is the second one above this; the first has what is left of 1, or the negative. */
export interface SingleScore {
  readonly above: number;
  readonly isShare: boolean;
}

/** The label and the scores of a classifier, with all turns that onnxruntime takes (1.30, asked). */
export class ClassScores {
  readonly outputs: readonly [OnnxValue, OnnxValue];

  constructor(
    labels: readonly (string | number)[],
    private readonly post: PostTransform,
    private readonly single: SingleScore,
  ) {
    this.outputs = [
      { numbers: new Float64Array(1), labels, isLabel: true },
      { numbers: new Float64Array(labels.length), labels, isLabel: false },
    ];
  }

  /** Of two labels, from one score. Only `LOGISTIC` changes it. */
  setSingle(score: number): void {
    const [label, { numbers }] = this.outputs;
    label.numbers[0] = score > this.single.above ? 1 : 0;
    const isLogistic = this.post === 'LOGISTIC';
    numbers[0] = this.single.isShare && !isLogistic ? 1 - score : -score;
    numbers[1] = score;
    if (isLogistic) transform('LOGISTIC', numbers);
  }

  /**
   * Of two labels, from the sums of trees. The second decides, not the larger one, and a label that no leaf has weighed has
   * nothing added to it. Of two numbers to begin with, the runtime adds the second one to the sum of the first label.
   */
  setPair(sums: Float64Array, weighed: Uint8Array, bases: readonly number[]): void {
    const [label, { numbers }] = this.outputs;
    const [first = 0, second = 0] = sums;
    const [hasFirst, hasSecond] = [weighed[0] === 1, weighed[1] === 1];
    const [base = 0, secondBase = 0] = bases;
    if (!hasSecond && bases.length < 2) {
      this.setSingle(Math.fround(first + base));
      return;
    }
    if (!hasSecond) numbers.set([Math.fround(first + base), 0]);
    else if (bases.length < 2) numbers.set([hasFirst ? Math.fround(first + base) : 0, second]);
    else {
      const sum = Math.fround(first + secondBase);
      numbers.set([hasFirst ? -sum : 0, sum]);
    }
    label.numbers[0] = (numbers[hasSecond ? 1 : 0] ?? 0) > this.single.above ? 1 : 0;
    transform(this.post, numbers);
  }

  /** @param counts which may be the label; the scores of others are 0 */
  setAll(scores: Float64Array, counts: (label: number) => boolean): void {
    const [label, { numbers }] = this.outputs;
    let best = -1;
    scores.forEach((score, index) => {
      if (counts(index) && (best < 0 || score > (scores[best] ?? 0))) best = index;
    });
    label.numbers[0] = Math.max(0, best);
    numbers.set(scores);
    transform(this.post, numbers);
  }
}
