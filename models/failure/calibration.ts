import { probabilityOf } from '../trees/loss.js';

/** From scores to probabilities: `1 / (1 + exp(-(slope * score + offset)))`. */
export interface Calibration {
  readonly slope: number;
  readonly offset: number;
}

const ROUNDS = 100;
/** Keeps the equations of a step solvable when all scores are alike. */
const RIDGE = 1e-6;
/** Steps shorter than this share of a whole one gain nothing any more. */
const STEP_MIN = 1e-6;

/**
 * Fits probabilities to scores held out (Platt, "Probabilistic outputs for support vector machines", 1999), with his targets
 * that leave room for what was not seen, by Newton's method with steps halved until they help (Lin, Lin, Weng, "A note on
 * Platt's probabilistic outputs", 2007).
 */
export function calibrate(scores: Float64Array, labels: Float64Array): Calibration {
  const targets = targetsOf(labels);
  const lossOf = (one: Calibration) => lossAt(one, scores, targets);
  const ones = labels.reduce((sum, label) => sum + label, 0);
  let best: Calibration = { slope: 0, offset: Math.log((ones + 1) / (labels.length - ones + 1)) };
  let least = lossOf(best);
  for (let round = 0; round < ROUNDS; round++) {
    const step = newtonStep(best, scores, targets);
    let share = 1;
    let next = best;
    for (; share >= STEP_MIN; share /= 2) {
      next = { slope: best.slope - share * step.slope, offset: best.offset - share * step.offset };
      if (lossOf(next) < least) break;
    }
    if (share < STEP_MIN) break;
    best = next;
    least = lossOf(best);
  }
  return { slope: Number(best.slope.toPrecision(7)), offset: Number(best.offset.toPrecision(7)) };
}

function targetsOf(labels: Float64Array): Float64Array {
  const ones = labels.reduce((sum, label) => sum + label, 0);
  const one = (ones + 1) / (ones + 2);
  const zero = 1 / (labels.length - ones + 2);
  return labels.map((label) => (label === 1 ? one : zero));
}

/** Cross-entropy, in the form that does not overflow. */
function lossAt({ slope, offset }: Calibration, scores: Float64Array, targets: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < scores.length; row++) {
    const logOdds = slope * (scores[row] ?? 0) + offset;
    const surprise = Math.log1p(Math.exp(-Math.abs(logOdds)));
    loss += surprise + Math.max(logOdds, 0) - (targets[row] ?? 0) * logOdds;
  }
  return loss;
}

function newtonStep(
  { slope, offset }: Calibration,
  scores: Float64Array,
  targets: Float64Array,
): Calibration {
  let [bySlope, byOffset, slopes, both, offsets] = [0, 0, RIDGE, 0, RIDGE];
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] ?? 0;
    const probability = probabilityOf(slope * score + offset);
    const error = probability - (targets[row] ?? 0);
    const curvature = probability * (1 - probability);
    bySlope += error * score;
    byOffset += error;
    slopes += curvature * score * score;
    both += curvature * score;
    offsets += curvature;
  }
  const determinant = slopes * offsets - both * both;
  return {
    slope: (offsets * bySlope - both * byOffset) / determinant,
    offset: (slopes * byOffset - both * bySlope) / determinant,
  };
}

export function calibrated({ slope, offset }: Calibration, score: number): number {
  return probabilityOf(slope * score + offset);
}
