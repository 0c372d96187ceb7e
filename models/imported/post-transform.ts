import { ModelFileError } from './imported-model.js';

/** What becomes of scores at the end, by ONNX's names; all write into the array. */
export type PostTransform = 'NONE' | 'LOGISTIC' | 'SOFTMAX' | 'SOFTMAX_ZERO';

export function postTransformOf(name: string | null): PostTransform {
  switch (name) {
    case null:
    case 'NONE':
      return 'NONE';
    case 'LOGISTIC':
    case 'SOFTMAX':
    case 'SOFTMAX_ZERO':
      return name;
    default:
      throw new ModelFileError(`the transform ${JSON.stringify(name)} is not read`);
  }
}

export function transform(kind: PostTransform, scores: Float64Array): void {
  switch (kind) {
    case 'NONE':
      return;
    case 'LOGISTIC':
      scores.forEach((score, index) => {
        scores[index] = logistic(score);
      });
      return;
    case 'SOFTMAX':
      softmax(scores, () => true);
      return;
    case 'SOFTMAX_ZERO':
      // Scores of exactly 0 stay so, and do not count.
      softmax(scores, (score) => Math.abs(score) > 1e-7);
  }
}

export function logistic(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

function softmax(scores: Float64Array, counts: (score: number) => boolean): void {
  const most = scores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  let sum = 0;
  scores.forEach((score, index) => {
    scores[index] = counts(score) ? Math.exp(score - most) : 0;
    sum += scores[index] ?? 0;
  });
  if (sum === 0) return;
  scores.forEach((score, index) => {
    scores[index] = score / sum;
  });
}
