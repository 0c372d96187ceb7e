import { HistoryUnreadable } from '../history/stored-history.js';
import type { Job } from '../jobs/job-contract.js';
import { JobRefused } from '../jobs/job-error.js';
import { UnreadableRecording } from '../replay/recorded-message.js';
import { systemErrorText } from '../site/system-error.js';
import { CannotTrain } from './cannot-train.js';
import { type TrainingInput, type TrainingReport, type TrainingResult, trainModel } from './train-model.js';

/** Trains a model, in a process of its own. */
export const trainingJob: Job<TrainingInput, TrainingReport, TrainingResult> = (input, { report }) =>
  orRefused(() => trainModel(input, report));

/** What people can mend is a refusal; the rest is a fault. */
export async function orRefused<T>(doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isExpected =
      error instanceof CannotTrain ||
      error instanceof HistoryUnreadable ||
      error instanceof UnreadableRecording;
    const reason = isExpected ? error.message : systemErrorText(error);
    throw reason === null ? error : new JobRefused('cannot-train', reason);
  }
}
