import type { ArtefactMetric } from '../../models/artefact-document.js';
import type { TrainingOutcome } from '../../models/kept-version.js';
import type { Verdict } from '../../models/train-model.js';
import { formatTime } from '../../replay/time-text.js';
import type { Style } from '../style.js';
import { column, counted } from '../text-layout.js';

/** What came of a training: what it learnt from, its measures beside the trivial predictor's, and what is in force. */
export function trainingPage(model: string, outcome: TrainingOutcome, style: Style): string {
  const lines = [...dataLines(outcome), ...metricLines(outcome.metrics, 'on what was held out', style)];
  if (outcome.kind === 'refused') lines.push(`not trained: ${outcome.reason}`);
  else {
    const { version, verdict, isActive, isNew } = outcome;
    const name = `version ${version} of ${model}`;
    const what = isNew ? name : `${name}, which is the same as before,`;
    lines.push(...verdictLines(verdict));
    lines.push(
      isActive
        ? `${what} is in force`
        : `${what} is worse and not in force: tocsin models activate ${model} ${version} takes it all the same`,
    );
  }
  return `${lines.join('\n')}\n`;
}

export function dataLines({ data }: Pick<TrainingOutcome, 'data'>): string[] {
  if (data === null) return [];
  const { rows, instances, from, until, failures, maintenances } = data;
  return [
    `${counted(rows, 'row')} of ${counted(instances, 'instance')}, ${formatTime(from)} to ${formatTime(until)} UTC, ${counted(failures, 'failure')}, ${maintenances.toLocaleString('en-US')} times maintained`,
  ];
}

const NAME = 54;
const FIGURE = 12;

/** A table of measures; `null`: there is no trivial predictor that has it. */
export function metricLines(metrics: readonly ArtefactMetric[], title: string, style: Style): string[] {
  if (metrics.length === 0) return [];
  const head = `${column(title, NAME)}${'model'.padStart(FIGURE)}${'trivial'.padStart(FIGURE)}`;
  return [
    style('bold', head),
    ...metrics.map(({ name, value, baseline, better }) => {
      const text = `${column(`${name} (${better === 'lower' ? 'low' : 'high'} is good)`, NAME)}${figure(value)}${figure(baseline)}`;
      return text.trimEnd();
    }),
  ];
}

function figure(value: number | null): string {
  return (value === null ? '' : String(Number(value.toPrecision(4)))).padStart(FIGURE);
}

function verdictLines(verdict: Verdict): string[] {
  if (verdict.kind === 'first') return [];
  const { kind, metric, own, previous, on } = verdict;
  const where = on === 'new' ? 'on what neither has learnt from' : 'each on what was held out from it';
  const how = kind === 'alike' ? 'as good as' : `${kind} than`;
  return [
    `${how} the version in force: ${metric} ${Number(own.toPrecision(4))}, before ${Number(previous.toPrecision(4))}, ${where}`,
  ];
}
