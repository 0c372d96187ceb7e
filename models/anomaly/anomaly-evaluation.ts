import type { EvaluationRequest, Metric } from '../model-kind.js';
import type { TrainingRun } from '../scorer.js';
import { AlarmCount } from './alarm-count.js';
import type { AnomalyArtefact } from './anomaly-artefact.js';
import { AnomalyScorer } from './anomaly-scorer.js';
import type { AnomalySettings } from './anomaly-settings.js';

/**
 * How much it calls anomalous of what is calm, as far as anybody knows; and, where failures are known, how many of them it
 * spoke up before, and how long. Readings within the lead before a failure, or before maintenance, are not taken for calm.
 */
export function evaluateAnomaly(
  request: EvaluationRequest<AnomalySettings, AnomalyArtefact>,
): readonly Metric[] {
  const calm = new AlarmCount();
  const leads: (number | null)[] = [];
  for (const run of request.runs) leads.push(...foreseen(run, request, calm));
  return leads.length === 0 ? [calm.metric] : [calm.metric, ...leadMetrics(leads)];
}

/** For each failure of a run how long before it the first alarm of its lead was; `null`: none was. */
function foreseen(
  run: TrainingRun,
  { settings, features, artefact, leadMs }: EvaluationRequest<AnomalySettings, AnomalyArtefact>,
  calm: AlarmCount,
): (number | null)[] {
  const staleFrom = Number.POSITIVE_INFINITY;
  const setup = { settings, features, instance: run.instance, artefact, staleFrom, seed: 0 };
  const scorer = new AnomalyScorer(setup);
  const leads: (number | null)[] = run.marks.filter(({ event }) => event === 'failure').map(() => null);
  let next = 0;
  let failure = 0;
  for (const [index, row] of run.rows.entries()) {
    const time = run.times[index] ?? 0;
    for (let mark = run.marks[next]; mark !== undefined && mark.time < time; mark = run.marks[next]) {
      if (mark.event === 'failure') failure += 1;
      next += 1;
    }
    const score = scorer.score(time, row);
    const mark = run.marks[next];
    if (mark === undefined || mark.time - time > leadMs) calm.take(score);
    else if (mark.event === 'failure' && score.outputs[1] === true) leads[failure] ??= mark.time - time;
  }
  return leads;
}

function leadMetrics(leads: readonly (number | null)[]): Metric[] {
  const known = leads.filter((lead) => lead !== null).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)] ?? Number.NaN;
  return [
    { name: 'failures foreseen', value: known.length / leads.length, baseline: 0, better: 'higher' },
    { name: 'median lead in hours', value: median / 3_600_000, baseline: null, better: 'higher' },
  ];
}
