import { StateList, StateReader } from '../../rules/engine/state.js';
import type { ScorerSetup } from '../model-kind.js';
import type { FeatureRow, OutputShape, Quality, Score, Scorer } from '../scorer.js';
import { type AnomalyArtefact, learntState } from './anomaly-artefact.js';
import { type AnomalySettings, warmUpOf } from './anomaly-settings.js';
import type { Detector, Verdict } from './detector.js';
import { GroupDetector } from './group-detector.js';
import { SignalDetector } from './signal-detector.js';

export const ANOMALY_OUTPUTS: readonly OutputShape[] = [
  { name: 'score', kind: 'number' },
  { name: 'anomalous', kind: 'boolean' },
  { name: 'cause', kind: 'string' },
  { name: 'warmup', kind: 'number' },
];

/** Scores one instance with the detector for one signal or for a group. */
export class AnomalyScorer implements Scorer {
  readonly outputs = ANOMALY_OUTPUTS;
  readonly #features: readonly string[];
  readonly #staleFrom: number;
  readonly #detector: Detector;
  readonly #values: Float64Array;
  readonly #score: Score = { quality: 'warmup', outputs: [null, null, null, 0] };

  /** With an artefact that knows the instance it goes on where training ended; else it begins with a warm-up. */
  constructor({ settings, features, instance, artefact, staleFrom }: AnomalySetup) {
    const { length } = features;
    this.#features = features;
    const warmUp = warmUpOf(settings, features);
    const setPoints = settings.setPoints.map((name) => features.indexOf(name));
    const detection = { warmUp, falseAlarmRate: settings.falseAlarmRate, setPoints };
    this.#detector = length === 1 ? new SignalDetector(detection) : new GroupDetector(length, detection);
    this.#values = new Float64Array(length);
    const learnt =
      artefact === null
        ? null
        : learntState(artefact, { features, instance, warmUp, setPoints: settings.setPoints });
    // What it learnt by itself is never older than its last reading.
    this.#staleFrom = learnt === null ? Number.POSITIVE_INFINITY : staleFrom;
    if (learnt !== null) this.load(learnt);
  }

  score(time: number, row: FeatureRow): Score {
    for (let index = 0; index < this.#values.length; index++) this.#values[index] = numberOf(row[index]);
    const verdict = this.#detector.judge(time, this.#values);
    this.#tell(time >= this.#staleFrom ? 'stale' : QUALITIES[verdict.state], verdict);
    return this.#score;
  }

  #tell(quality: Quality, verdict: Verdict): void {
    const isKnown = quality === 'ok';
    const { outputs } = this.#score;
    this.#score.quality = quality;
    outputs[0] = isKnown ? verdict.score : null;
    outputs[1] = isKnown ? verdict.isAnomalous : null;
    outputs[2] = isKnown ? (this.#features[verdict.cause] ?? null) : null;
    outputs[3] = verdict.warmup;
  }

  /** Most work on a machine leaves it as it was: forgetting that would cost a warm-up. A lasting change is noticed. */
  mark(): void {}

  save(): readonly unknown[] {
    const writer = new StateList();
    this.#detector.save(writer);
    return writer.values;
  }

  load(state: unknown): void {
    if (!Array.isArray(state)) throw new TypeError('snapshot: list expected');
    this.#detector.load(new StateReader(state));
  }
}

export type AnomalySetup = ScorerSetup<AnomalySettings, AnomalyArtefact>;

const QUALITIES: Readonly<Record<Verdict['state'], Quality>> = {
  learning: 'warmup',
  relearning: 'drifted',
  unknown: 'range',
  judged: 'ok',
};

/** Booleans are 0 and 1; NaN is unknown. */
function numberOf(value: FeatureRow[number] | undefined): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : Number.NaN;
}
