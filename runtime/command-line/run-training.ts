import { resolve } from 'node:path';
import { settingsForReading } from '../history/history-settings.js';
import { JobError } from '../jobs/job-error.js';
import { runJob } from '../jobs/run-job.js';
import { CannotTrain } from '../models/cannot-train.js';
import type { EvaluationInput, EvaluationResult } from '../models/evaluate-model.js';
import { keptVersion, type TrainingOutcome } from '../models/kept-version.js';
import { HISTORY_MS } from '../models/learnt-of.js';
import { ModelStore } from '../models/model-store.js';
import type { RowSource } from '../models/row-source.js';
import { type TrainingInput, trainable } from '../models/train-model.js';
import { TRAINING_JOB } from '../models/training-limits.js';
import { isCsv } from '../replay/open-recording.js';
import { dataFolderOf } from '../site/data-folder.js';
import { CannotRun, type Io, SiteHasErrors, UsageError } from './command.js';
import type { ModelSite } from './model-site.js';
import { namedModel, siteWithModels } from './named-model.js';
import { orCannotRun, reading } from './site-state.js';
import { stopSignal } from './stop-signal.js';
import { TrainingLine } from './training-line.js';

export interface TrainingTask {
  readonly site: TrainingSite;
  /** `null`: it learns from what the service keeps. */
  readonly recording: Omit<Extract<RowSource, { kind: 'file' }>, 'kind'> | null;
  /** Files; `null`: those of the site. */
  readonly labels: readonly string[] | null;
  readonly seed: number | null;
}

export interface TrainingSite extends ModelSite {
  readonly model: string;
}

/**
 * A site with a model that can be trained.
 *
 * @throws {UsageError} there is no such model, or its kind needs no training
 */
async function trainingSite(folder: string, id: string, io: Io): Promise<TrainingSite> {
  const site = await siteWithModels(folder, io);
  namedModel(site.plan, id);
  try {
    trainable(site, id);
  } catch (error) {
    throw error instanceof CannotTrain ? new UsageError(error.message) : error;
  }
  const dataFolder = dataFolderOf(site.files);
  return { site, dataFolder, store: new ModelStore(dataFolder), model: id };
}

/** Trains, stores the new version, and lets it be in force unless it is worse. Nobody else trains meanwhile. */
export async function runTraining(
  task: TrainingTask,
  { isForced }: { readonly isForced: boolean },
  io: Io,
): Promise<TrainingOutcome> {
  const { store, model } = task.site;
  const input = { ...(await orCannotRun(() => inputOf(task))), lockFolder: store.folder };
  const result = await inJob(io, 'it cannot be trained', (options) => runJob('train', input, options));
  for (const note of result.notes) io.stderr.write(`${note}\n`);
  return keptVersion(store, { model, result, isForced });
}

/** Measures a version of a model. */
export async function runEvaluation(
  task: TrainingTask,
  of: Pick<EvaluationInput, 'text' | 'leadMs'>,
  io: Io,
): Promise<EvaluationResult> {
  const input = await orCannotRun(() => inputOf(task));
  const result = await inJob(io, 'it cannot be measured', (options) =>
    runJob('evaluate', { ...input, ...of }, options),
  );
  for (const note of result.notes) io.stderr.write(`${note}\n`);
  return result;
}

/** What training and measuring are told alike: the site, what was recorded, and what happened. */
export const TASK_OPTIONS = {
  site: { type: 'string', default: '.' },
  input: { type: 'string' },
  topic: { type: 'string' },
  'time-column': { type: 'string' },
  labels: { type: 'string', multiple: true },
} as const;

interface TaskValues {
  readonly site: string;
  readonly input?: string | undefined;
  readonly topic?: string | undefined;
  readonly 'time-column'?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** @throws {UsageError} no model, more than one, one that cannot be trained; options that do not go together */
export async function trainingTask(
  command: string,
  [id, ...more]: readonly string[],
  values: TaskValues,
  io: Io,
): Promise<Omit<TrainingTask, 'seed'>> {
  if (id === undefined) throw new UsageError(`say which model: tocsin ${command} MODEL`);
  if (more.length > 0) throw new UsageError(`unexpected argument '${more[0]}'`);
  const recording = recordingOf(values);
  const site = await trainingSite(values.site, id, io);
  return { site, recording, labels: values.labels?.map((path) => resolve(path)) ?? null };
}

function recordingOf({ input, topic, 'time-column': timeColumn }: TaskValues): TrainingTask['recording'] {
  if ((input === undefined || !isCsv(input)) && (topic !== undefined || timeColumn !== undefined))
    throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
  if (input === undefined) return null;
  return { input: resolve(input), topic: topic ?? null, timeColumn: timeColumn ?? 'time' };
}

/** Writes the rows that a training would learn from. */
export async function runRows(task: TrainingTask, output: string, io: Io): Promise<void> {
  const input = await orCannotRun(() => inputOf(task));
  const { notes } = await inJob(io, 'there are no rows', (options) =>
    runJob('feature-rows', { ...input, output }, options),
  );
  for (const note of notes) io.stderr.write(`${note}\n`);
}

async function inputOf({ site: of, recording, labels, seed }: TrainingTask): Promise<TrainingInput> {
  const { site, model, dataFolder } = of;
  const historyMs = site.models.find(({ id }) => id === model)?.train.historyMs ?? HISTORY_MS;
  const settings = settingsForReading(site.configuration);
  const source: RowSource =
    recording === null
      ? { kind: 'history', dataFolder, settings, from: Date.now() - historyMs }
      : { kind: 'file', ...recording };
  const marks = await reading(dataFolder, async (stored) => stored?.marks() ?? []);
  return { folder: site.folder, model, source, labels, marks, seed };
}

type Running = Parameters<typeof runJob<'train'>>[2];

/** @throws {CannotRun} it could not be done, or somebody stopped it */
async function inJob<T>(io: Io, refusal: string, run: (options: Running) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const line = new TrainingLine(io.stderr);
  try {
    return await run({
      signal: stop.signal,
      onProgress: (progress) => line.update(progress),
      ...TRAINING_JOB,
    });
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    if (error.kind === 'aborted') throw new CannotRun('stopped; nothing has changed', { cause: error });
    if (error.kind === 'refused') {
      line.clear();
      io.stderr.write(`${error.message}\n`);
      throw new SiteHasErrors(refusal, { cause: error });
    }
    throw new CannotRun(error.message, { cause: error });
  } finally {
    line.clear();
  }
}
