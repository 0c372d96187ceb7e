import type { TrainingRun } from '../../models/scorer.js';
import type { Model } from '../../rules/supply.js';
import type { Site } from '../site/load-site.js';
import type { LearntFrom } from './artefact-document.js';
import { CannotTrain } from './cannot-train.js';
import { concerns, type Label, marksOf } from './labels.js';
import { type RowSource, replayRows } from './row-source.js';
import { RunCollector, TooManyRows } from './run-collector.js';
import { siteLabels } from './site-labels.js';

/** Which rows, and what is known of them. */
export interface RowsWanted {
  readonly source: RowSource;
  /** Files with labels; `null`: those of the site, and the marks that were set. */
  readonly labels: readonly string[] | null;
  /** Marks that were set by command. */
  readonly marks: readonly Label[];
}

export interface CollectedRuns {
  readonly runs: readonly TrainingRun[];
  /** `null`: there are no rows. */
  readonly data: LearntFrom | null;
  /** What people should know: lines that could not be read, labels of machines that nobody saw. */
  readonly notes: readonly string[];
}

/**
 * The feature rows of a model with what is known of its machines: what it learns from, and is measured by.
 *
 * @throws {CannotTrain} there are too many rows, or files with labels have errors
 */
export async function collectRuns(
  site: Site,
  model: Model,
  { source, labels: files, marks }: RowsWanted,
  report: (progress: { stage: 'read'; messages: number; time: number; rows: number }) => void,
): Promise<CollectedRuns> {
  const read = await siteLabels(site.files, files);
  if (read.problems.length > 0) throw new CannotTrain(read.problems.join('\n'));
  const labels = files === null ? [...read.labels, ...marks] : read.labels;
  const collector = new RunCollector(site.plan, model.id);
  const problems = await orTooMany(model, () =>
    replayRows(collector.plan, source, (messages, time) =>
      report({ stage: 'read', messages, time, rows: collector.rows }),
    ),
  );
  const { groupBy } = model;
  const runs = collector.runs((instance) => marksOf(labels, groupBy, instance));
  return {
    runs,
    data: collector.rows === 0 ? null : learntFrom(collector, runs),
    notes: [...problems, ...unmet(labels, groupBy, runs)],
  };
}

async function orTooMany<T>({ id, everyMs }: Model, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (!(error instanceof TooManyRows)) throw error;
    const cure = everyMs === null ? 'give it `every`' : 'make `every` longer';
    throw new CannotTrain(
      `there are more rows than fit into memory (${error.message} so far): ${cure} in the model ${id}, or \`train.history\` shorter`,
      { cause: error },
    );
  }
}

function learntFrom({ rows, from, until }: RunCollector, runs: readonly TrainingRun[]): LearntFrom {
  const count = (wanted: string) =>
    runs.reduce((sum, { marks }) => sum + marks.filter(({ event }) => event === wanted).length, 0);
  return {
    from,
    until,
    rows,
    instances: runs.length,
    failures: count('failure'),
    maintenances: count('maintenance'),
  };
}

/** Labels that say nothing of any machine that has rows: a name that is spelt otherwise, mostly. */
function unmet(labels: readonly Label[], groupBy: readonly string[], runs: readonly TrainingRun[]): string[] {
  const lost = labels.filter((label) => !runs.some(({ instance }) => concerns(label, groupBy, instance)));
  const [first] = lost;
  if (first === undefined) return [];
  const named = Object.entries(first.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const count = lost.length === 1 ? 'one label is' : `${lost.length} labels are`;
  return [`${count} of machines that have no rows here (${named === '' ? 'without labels' : named})`];
}
