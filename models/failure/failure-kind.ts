import { learnSpace } from '../features/feature-space.js';
import { dealIntoFolds } from '../learning/folds.js';
import { failedLives, type Life, livesOf } from '../learning/lives.js';
import { learnRunning } from '../learning/running-lives.js';
import { readRow } from '../learning/training-table.js';
import type {
  EvaluationRequest,
  Metric,
  TrainedKind,
  TrainingOutcome,
  TrainingRequest,
} from '../model-kind.js';
import { mean } from '../regimes/spread.js';
import type { TrainingProgress } from '../scorer.js';
import { type FailureArtefact, probabilityFor, readFailureArtefact } from './failure-artefact.js';
import { FAILURE_LEARNERS, type FailureLearners } from './failure-method.js';
import { type FailureResults, failureMetrics, logLoss } from './failure-metrics.js';
import { createFailureScorer, FAILURE_AGE, FAILURE_OUTPUTS } from './failure-scorer.js';
import { checkFailureSettings, type FailureSettings, failureSettings } from './failure-settings.js';
import { fitStudy, plansFor, prepare, type Study, type StudyFit } from './failure-study.js';

/** Fewer tell nothing about others. */
const FAILURES_MIN = 5;
/** Versions are compared on so many failures or more. */
const COMPARED_MIN = 5;

/**
 * What is less simple must be better by this share of the loss, the trivial predictor included: the best of a few fits to
 * noise looks a little better than nothing.
 */
const BETTER_BY = 0.02;

const NO_BETTER = 'on machines or times held out it is no better than giving every row the same probability';

type FailureRequest = TrainingRequest<FailureSettings, FailureArtefact>;

/** How likely a machine fails within a time, learnt from what came before failures. */
export const failureKind = failureKindWith(FAILURE_LEARNERS);

/** The kind with learners of one's own: tests have no time for hundreds of trees. */
export function failureKindWith(learners: FailureLearners): TrainedKind<FailureSettings, FailureArtefact> {
  return {
    name: 'failure',
    source: 'training',
    settings: failureSettings,
    check: checkFailureSettings,
    outputs: () => FAILURE_OUTPUTS,
    createScorer: createFailureScorer,
    train: (request) => train(request, learners),
    evaluate,
    readArtefact: readFailureArtefact,
  };
}

function* train(
  request: FailureRequest,
  learners: FailureLearners,
): Generator<TrainingProgress, TrainingOutcome<FailureArtefact>, void> {
  const lives = livesOf(request.runs, request.until);
  const failures = failedLives(lives).length;
  if (failures < FAILURES_MIN) return { kind: 'refused', reason: tooFew(failures), metrics: [] };
  const chosen = yield* choose(request, lives, learners);
  if (typeof chosen === 'string') return { kind: 'refused', reason: chosen, metrics: [] };
  const { study, fit } = chosen;
  const metrics = failureMetrics(fit.results);
  const [measure] = metrics;
  if (measure === undefined || !(measure.value < (measure.baseline ?? 0) * (1 - BETTER_BY))) {
    return { kind: 'refused', reason: NO_BETTER, metrics };
  }
  const artefact: FailureArtefact = {
    kind: 'failure',
    version: 2,
    space: study.space,
    levels: study.table.levels,
    method: fit.method,
    ensembles: fit.ensembles,
    calibration: fit.calibration,
    share: mean(fit.results.labels),
    running: yield* learnRunning(request.runs, request.until, study.space, FAILURE_AGE),
  };
  const comparison = yield* compare(request, lives, study, fit.results);
  return { kind: 'trained', artefact, metrics, comparison };
}

interface Choice {
  readonly study: Study;
  readonly fit: StudyFit;
}

/** Learns in all ways, and keeps what tells most about rows held out; the simplest of those about as good. */
function* choose(
  { settings, features, seed }: FailureRequest,
  lives: readonly Life[],
  learners: FailureLearners,
): Generator<TrainingProgress, Choice | string, void> {
  const setPoints = settings.setPoints.map((name) => features.indexOf(name));
  const rows = lives.flatMap((life) => life.rows);
  const space = learnSpace(rows, features.length, setPoints, 'row');
  const folds = dealIntoFolds(lives, seed);
  let best: Choice | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const plan of plansFor(space, lives)) {
    const study = yield* prepare({ ...space, plan }, settings.horizon, lives, folds);
    const share = mean(study.labels);
    if (share === 0 || share === 1) return allAlike(share);
    for (const method of ['boosted', 'bagged'] as const) {
      const fit: StudyFit = yield* fitStudy(study, method, learners[method], seed);
      const loss = logLoss(fit.results);
      if (best !== null && !(loss < least * (1 - BETTER_BY))) continue;
      best = { study, fit };
      least = loss;
    }
  }
  return best ?? 'there are no rows';
}

/** On the lives that ended after the previous version was made: those whose end it has not seen. */
function* compare(
  request: FailureRequest,
  lives: readonly Life[],
  { table, labels }: Study,
  { probabilities }: FailureResults,
): Generator<TrainingProgress, { own: number; previous: number } | null, void> {
  const { previous } = request;
  if (previous === null) return null;
  const isNew = ({ end }: Life) => end.time > previous.until;
  const newLives = lives.filter(isNew);
  const newPlaces = new Set(lives.flatMap((life, index) => (isNew(life) ? [index] : [])));
  if (failedLives(newLives).length < COMPARED_MIN) return null;
  const known = table.life.filter((_, row) => !Number.isNaN(labels[row]));
  const ofNew = (_: number, place: number) => newPlaces.has(known[place] ?? -1);
  const own = {
    probabilities: probabilities.filter(ofNew),
    labels: labels.filter((label) => !Number.isNaN(label)).filter(ofNew),
  };
  const theirs = yield* predict({ ...request, artefact: previous.artefact }, newLives);
  return { own: logLoss(own), previous: logLoss(theirs) };
}

function evaluate(request: EvaluationRequest<FailureSettings, FailureArtefact>): readonly Metric[] {
  const prediction = predict(request, livesOf(request.runs, request.until));
  let step = prediction.next();
  while (step.done !== true) step = prediction.next();
  return failureMetrics(step.value);
}

function* predict(
  { settings, artefact }: Pick<EvaluationRequest<FailureSettings, FailureArtefact>, 'settings' | 'artefact'>,
  lives: readonly Life[],
): Generator<TrainingProgress, FailureResults, void> {
  const { table, labels } = yield* prepare(artefact.space, settings.horizon, lives, []);
  const known = Int32Array.from(labels.keys()).filter((row) => !Number.isNaN(labels[row]));
  const columns = new Float64Array(table.columns.length);
  const probabilities = Float64Array.from(known, (row) => {
    readRow(table, row, columns);
    return probabilityFor(artefact, columns);
  });
  return { probabilities, labels: Float64Array.from(known, (row) => labels[row] ?? 0) };
}

function tooFew(failures: number): string {
  return `it takes at least ${FAILURES_MIN} failures to learn from, and there are ${failures}`;
}

function allAlike(share: number): string {
  return share === 0
    ? 'no row is within the horizon of a failure: the horizon is shorter than the time between rows'
    : 'all rows are within the horizon of a failure: the horizon is too long';
}
