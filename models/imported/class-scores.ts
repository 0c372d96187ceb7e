import type { OnnxValue } from './onnx-value.js';
import { type PostTransform, transform } from './post-transform.js';

/** The label and the scores of a classifier. */
export class ClassScores {
  readonly outputs: readonly [OnnxValue, OnnxValue];

  /** @param isShare a single score is a share of 1, not a number about 0 */
  constructor(
    labels: readonly (string | number)[],
    private readonly post: PostTransform,
    private readonly isShare: boolean,
  ) {
    this.outputs = [
      { numbers: new Float64Array(1), labels, isLabel: true },
      { numbers: new Float64Array(labels.length), labels, isLabel: false },
    ];
  }

  /** From the score of the second label alone, as onnxruntime does it. */
  setSingle(score: number): void {
    const [label, { numbers }] = this.outputs;
    label.numbers[0] = score > (this.isShare ? 0.5 : 0) ? 1 : 0;
    numbers[0] = this.isShare ? 1 - score : -score;
    numbers[1] = score;
    if (!this.isShare && this.post === 'LOGISTIC') transform('LOGISTIC', numbers);
  }

  setAll(scores: Float64Array): void {
    const [label, { numbers }] = this.outputs;
    let best = 0;
    scores.forEach((score, index) => {
      if (score > (scores[best] ?? 0)) best = index;
    });
    label.numbers[0] = best;
    numbers.set(scores);
    transform(this.post, numbers);
  }
}
