import { learnSpace } from '../features/feature-space.js';
import { crossFit } from '../learning/cross-fit.js';
import { dealIntoFolds } from '../learning/folds.js';
import { learnIndex } from '../learning/learn-index.js';
import { boostingLearner, type Learner } from '../learning/learner.js';
import { failedLives, type Life, livesOf } from '../learning/lives.js';
import { learnRunning } from '../learning/running-lives.js';
import { buildTable, readRow, type TrainingTable } from '../learning/training-table.js';
import type {
  EvaluationRequest,
  Metric,
  TrainedKind,
  TrainingOutcome,
  TrainingRequest,
} from '../model-kind.js';
import type { TrainingProgress } from '../scorer.js';
import { SQUARED } from '../trees/loss.js';
import { bounded, type LifeArtefact, lifeOf, readLifeArtefact } from './life-artefact.js';
import { learnErrors } from './life-interval.js';
import { lifeLabels, remainingIn } from './life-labels.js';
import { type LifeResults, lifeMetrics, phmMetric, rmse } from './life-metrics.js';
import { createLifeScorer, LIFE_OUTPUTS } from './life-scorer.js';
import { ageSourceOf, checkLifeSettings, type LifeSettings, lifeSettings } from './life-settings.js';

/** Fewer tell nothing about others. */
const FAILURES_MIN = 5;
/** Versions are compared on so many rows or more. */
const COMPARED_MIN = 100;

const NO_BETTER = 'on machines held out it predicts no better than the mean life or the age alone';

type LifeRequest = TrainingRequest<LifeSettings, LifeArtefact>;

/** Chosen by cross-validation over machines; see docs/models/remaining-life.md. */
export const LIFE_LEARNER = boostingLearner(SQUARED, {
  trees: 300,
  learningRate: 0.05,
  leavesMax: 15,
  rowsPerLeaf: 20,
  shrinkage: 1,
  rowShare: 0.7,
  columnShare: 0.5,
});

/** How long a machine will last, learnt from machines that failed. */
export const remainingLifeKind = remainingLifeKindWith(LIFE_LEARNER);

/** The kind with a learner of one's own: tests have no time for 300 trees. */
export function remainingLifeKindWith(learner: Learner): TrainedKind<LifeSettings, LifeArtefact> {
  return {
    name: 'remaining-life',
    source: 'training',
    settings: lifeSettings,
    check: checkLifeSettings,
    outputs: () => LIFE_OUTPUTS,
    createScorer: createLifeScorer,
    train: (request) => train(request, learner),
    evaluate,
    readArtefact: readLifeArtefact,
  };
}

function* train(
  request: LifeRequest,
  learner: Learner,
): Generator<TrainingProgress, TrainingOutcome<LifeArtefact>, void> {
  const { settings, features, seed } = request;
  const lives = failedLives(livesOf(request.runs, request.until));
  if (lives.length < FAILURES_MIN) return { kind: 'refused', reason: tooFew(lives.length), metrics: [] };
  const setPoints = settings.setPoints.map((name) => features.indexOf(name));
  const rows = lives.flatMap((life) => life.rows);
  const plain = learnSpace(rows, features.length, setPoints, 'history');
  const foldOfLife = dealIntoFolds(lives, seed);
  const labelOf = remainingIn(lives, settings, features);
  const { index, byFold } = yield* learnIndex({ lives, space: plain, labelOf, foldOfLife });
  const space = { ...plain, index };
  const spaces = byFold.map((own) => ({ ...plain, index: own }));
  const table = yield* buildTable(
    lives,
    (life) => spaces[foldOfLife[life] ?? 0] ?? plain,
    ageSourceOf(settings, features),
  );
  const labels = lifeLabels(lives, table, settings, features);
  const folds = table.life.map((life) => foldOfLife[life] ?? 0);
  const fit = yield* crossFit({ table, labels, folds, learner, seed, stage: 'fit' });
  const longest = labels
    .filter((label) => !Number.isNaN(label))
    .reduce((most, label) => Math.max(most, label), 0);
  const predicted = fit.heldOut.map((life) => bounded(life, longest));
  const errors = learnErrors(predicted, labels);
  const metrics = lifeMetrics({ predicted, labels, ages: table.age, errors, longest });
  const [measure] = metrics;
  if (measure === undefined || !(measure.value < (measure.baseline ?? 0))) {
    return { kind: 'refused', reason: NO_BETTER, metrics };
  }
  const artefact: LifeArtefact = {
    kind: 'remaining-life',
    version: 2,
    space,
    levels: table.levels,
    ensembles: fit.ensembles,
    errors,
    longest,
    running: yield* learnRunning(request.runs, request.until, space, ageSourceOf(settings, features)),
  };
  const comparison = yield* compare(request, lives, { table, predicted, labels });
  return { kind: 'trained', artefact, metrics, comparison };
}

/** On the lives that ended after the previous version was made: those it has not seen. */
function* compare(
  request: LifeRequest,
  lives: readonly Life[],
  own: { readonly table: TrainingTable; readonly predicted: Float64Array; readonly labels: Float64Array },
): Generator<TrainingProgress, { own: number; previous: number } | null, void> {
  const { previous } = request;
  if (previous === null) return null;
  const isNew = (life: Life | undefined) => life !== undefined && life.end.time > previous.until;
  const ofNew = (_: number, row: number) => isNew(lives[own.table.life[row] ?? 0]);
  const predicted = own.predicted.filter(ofNew);
  if (predicted.length < COMPARED_MIN) return null;
  const theirs = yield* predict({ ...request, artefact: previous.artefact }, lives.filter(isNew));
  return {
    own: rmse(predicted, own.labels.filter(ofNew)),
    previous: rmse(theirs.predicted, theirs.labels),
  };
}

function evaluate(request: EvaluationRequest<LifeSettings, LifeArtefact>): readonly Metric[] {
  const prediction = predict(request, failedLives(livesOf(request.runs, request.until)));
  let step = prediction.next();
  while (step.done !== true) step = prediction.next();
  const { unit, age } = request.settings;
  const isInCycles = unit === 'cycles' && age === undefined;
  return [...lifeMetrics(step.value), ...(isInCycles ? [phmMetric(step.value)] : [])];
}

function* predict(
  {
    settings,
    features,
    artefact,
  }: Pick<EvaluationRequest<LifeSettings, LifeArtefact>, 'settings' | 'features' | 'artefact'>,
  lives: readonly Life[],
): Generator<TrainingProgress, LifeResults, void> {
  const table = yield* buildTable(lives, artefact.space, ageSourceOf(settings, features));
  const labels = lifeLabels(lives, table, settings, features);
  const columns = new Float64Array(table.columns.length);
  const predicted = labels.map((_, row) => {
    readRow(table, row, columns);
    return lifeOf(artefact, columns);
  });
  return { predicted, labels, ages: table.age, errors: artefact.errors, longest: artefact.longest };
}

function tooFew(failures: number): string {
  return `it takes at least ${FAILURES_MIN} lives that ended with a failure, and there are ${failures}`;
}
