import type { ScorerSetup, TrainingOutcome, TrainingRequest } from '../model-kind.js';
import type { TrainingProgress, TrainingRun } from '../scorer.js';
import { AlarmCount } from './alarm-count.js';
import { type AnomalyArtefact, type LearntInstance, learntInstance } from './anomaly-artefact.js';
import { AnomalyScorer } from './anomaly-scorer.js';
import { type AnomalySettings, warmUpOf } from './anomaly-settings.js';

type AnomalyRequest = TrainingRequest<AnomalySettings, AnomalyArtefact>;

/**
 * Learns from history by replaying it through a scorer for each instance. Nothing but that machines are mostly calm is
 * assumed: the last part of each history is held out, and the share of it that a scorer which has seen the part before
 * calls anomalous is the measure.
 */
export function* trainAnomaly(
  request: AnomalyRequest,
): Generator<TrainingProgress, TrainingOutcome<AnomalyArtefact>, void> {
  const { settings, features, previous } = request;
  const warmUp = warmUpOf(settings, features);
  const instances: LearntInstance[] = [];
  const counts = { all: new AlarmCount(), own: new AlarmCount(), previous: new AlarmCount() };
  const runs = latestRuns(request.runs);
  let numbers = 0;
  let leftOut = 0;
  for (const [index, run] of runs.entries()) {
    yield { stage: 'fit', done: index, total: runs.length };
    const heldOutFrom = Math.floor(run.rows.length * (1 - HELD_OUT_SHARE));
    if (heldOutFrom <= warmUp) continue;
    if (numbers >= NUMBERS_MAX) {
      leftOut++;
      continue;
    }
    const scorer = new AnomalyScorer(setupOf(request, run.instance, null));
    const heldOutTime = run.times[heldOutFrom] ?? 0;
    const comparedTime = Math.max(heldOutTime, (previous?.until ?? Number.POSITIVE_INFINITY) + 1);
    replay(scorer, run, Number.NEGATIVE_INFINITY, [
      { from: heldOutTime, count: counts.all },
      { from: comparedTime, count: counts.own },
    ]);
    const learnt = learntInstance(run.instance, scorer.save());
    numbers += sizeOf(learnt);
    instances.push(learnt);
    if (previous === null) continue;
    const theirs = new AnomalyScorer(setupOf(request, run.instance, previous.artefact));
    replay(theirs, run, previous.until + 1, [{ from: comparedTime, count: counts.previous }]);
  }
  const metrics = [counts.all.metric];
  if (instances.length === 0) return { kind: 'refused', reason: tooShort(warmUp), metrics };
  return {
    kind: 'trained',
    artefact: { kind: 'anomaly', version: 1, features, warmUp, setPoints: settings.setPoints, instances },
    metrics,
    comparison:
      counts.own.scored < COMPARED_MIN || counts.previous.scored < COMPARED_MIN
        ? null
        : { own: counts.own.metric.value, previous: counts.previous.metric.value },
    notes: leftOut === 0 ? [] : [tooMany(instances.length, leftOut)],
  };
}

/** How many numbers it has, about. */
function sizeOf({ state }: LearntInstance): number {
  return state.reduce<number>((sum, value) => sum + (typeof value === 'object' ? value.length : 1), 0);
}

function tooMany(learnt: number, leftOut: number): string {
  return `${learnt} instances fill what a version may hold; ${leftOut} others go on learning by themselves, as before`;
}

/** Of each instance the latest: what was normal before a stop need not be now. */
function latestRuns(runs: readonly TrainingRun[]): readonly TrainingRun[] {
  const latest = new Map<string, TrainingRun>();
  for (const run of runs) latest.set(JSON.stringify(run.instance), run);
  return [...latest.values()];
}

function setupOf(
  { settings, features }: Pick<AnomalyRequest, 'settings' | 'features'>,
  instance: readonly string[],
  artefact: AnomalyArtefact | null,
): ScorerSetup<AnomalySettings, AnomalyArtefact> {
  return { settings, features, instance, artefact, staleFrom: Number.POSITIVE_INFINITY, seed: 0 };
}

/** Scores the rows of a run from a time on, each counted by those whose time has come. */
function replay(
  scorer: AnomalyScorer,
  run: TrainingRun,
  from: number,
  counts: readonly { readonly from: number; readonly count: AlarmCount }[],
): void {
  for (const [index, row] of run.rows.entries()) {
    const time = run.times[index] ?? 0;
    if (time < from) continue;
    const score = scorer.score(time, row);
    for (const counted of counts) if (time >= counted.from) counted.count.take(score);
  }
}

function tooShort(warmUp: number): string {
  const rows = Math.ceil((warmUp + 1) / (1 - HELD_OUT_SHARE));
  return `it takes a history of at least ${rows} rows of one instance`;
}

const HELD_OUT_SHARE = 0.2;
/**
 * In all states together: about 20 MB of text, which the journal has, too, and the memory of the service. 4,300 numbers are
 * what one signal takes, 1,800 a group of 52.
 */
const NUMBERS_MAX = 1_000_000;
/** On fewer rows the share of two versions differs by chance. */
const COMPARED_MIN = 100;
