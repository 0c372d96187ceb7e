import type { EvaluationRequest, Metric, TrainingOutcome, TrainingRequest } from '../model-kind.js';
import type { Score, TrainingProgress, TrainingRun } from '../scorer.js';
import { type AnomalyArtefact, type LearntInstance, learntInstance } from './anomaly-artefact.js';
import { AnomalyScorer } from './anomaly-scorer.js';
import type { AnomalySettings } from './anomaly-settings.js';

/**
 * Learns from history by replaying it through a scorer for each instance. Nothing but calm machines is assumed: the last
 * part of each history is held out, and how many of its readings a scorer that knows only the part before calls anomalous
 * is the measure.
 */
export function* trainAnomaly(
  request: TrainingRequest<AnomalySettings>,
): Generator<TrainingProgress, TrainingOutcome<AnomalyArtefact>, void> {
  const { settings, features, runs } = request;
  const instances: LearntInstance[] = [];
  const heldOut: TrainingRun[] = [];
  const counts = new AlarmCounts();
  for (const [index, run] of lastRuns(runs).entries()) {
    yield { stage: 'fit', done: index, total: runs.length };
    const heldOutFrom = Math.floor(run.rows.length * (1 - HELD_OUT_SHARE));
    if (heldOutFrom <= settings.warmUp) continue;
    const scorer = newScorer(request, run.instance, null);
    replay(scorer, run, { from: 0, to: heldOutFrom }, null);
    replay(scorer, run, { from: heldOutFrom, to: run.rows.length }, counts);
    instances.push(learntInstance(run.instance, scorer.save()));
    heldOut.push(partOf(run, heldOutFrom));
  }
  const metrics = counts.metrics();
  if (instances.length === 0) {
    const needed = Math.ceil(settings.warmUp / (1 - HELD_OUT_SHARE)) + 1;
    return { kind: 'refused', reason: `no instance has ${needed} rows of history`, metrics };
  }
  const artefact = { kind: 'anomaly', version: 1, features, warmUp: settings.warmUp, instances } as const;
  return { kind: 'trained', artefact, metrics, heldOut };
}

/** How many readings of runs that are calm, as far as anybody knows, it calls anomalous. */
export function evaluateAnomaly(
  request: EvaluationRequest<AnomalySettings, AnomalyArtefact>,
): readonly Metric[] {
  const counts = new AlarmCounts();
  for (const run of request.runs) {
    const scorer = newScorer(request, run.instance, request.artefact);
    replay(scorer, run, { from: 0, to: run.rows.length }, counts);
  }
  return counts.metrics();
}

/** Of each instance the latest run: what was normal before a stop need not be now. */
function lastRuns(runs: readonly TrainingRun[]): readonly TrainingRun[] {
  const latest = new Map<string, TrainingRun>();
  for (const run of runs) latest.set(JSON.stringify(run.instance), run);
  return [...latest.values()];
}

function newScorer(
  {
    settings,
    features,
    seed,
  }: Pick<TrainingRequest<AnomalySettings>, 'settings' | 'features'> & { seed?: number },
  instance: readonly string[],
  artefact: AnomalyArtefact | null,
): AnomalyScorer {
  const staleFrom = Number.POSITIVE_INFINITY;
  return new AnomalyScorer({ settings, features, instance, artefact, staleFrom, seed: seed ?? 0 });
}

function replay(
  scorer: AnomalyScorer,
  run: TrainingRun,
  rows: { readonly from: number; readonly to: number },
  counts: AlarmCounts | null,
): void {
  for (let index = rows.from; index < rows.to; index++) {
    const score = scorer.score(run.times[index] ?? 0, run.rows[index] ?? []);
    counts?.take(score);
  }
}

function partOf(run: TrainingRun, from: number): TrainingRun {
  return { ...run, times: run.times.slice(from), rows: run.rows.slice(from) };
}

class AlarmCounts {
  #scored = 0;
  #anomalous = 0;

  take({ quality, outputs }: Score): void {
    if (quality !== 'ok') return;
    this.#scored++;
    if (outputs[1] === true) this.#anomalous++;
  }

  metrics(): readonly Metric[] {
    const value = this.#scored === 0 ? 0 : this.#anomalous / this.#scored;
    return [{ name: 'anomalous share', value, baseline: null, better: 'lower' }];
  }
}

const HELD_OUT_SHARE = 0.2;
