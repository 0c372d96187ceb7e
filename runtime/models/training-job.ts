import { HistoryUnreadable } from '../history/stored-history.js';
import type { Job } from '../jobs/job-contract.js';
import { JobRefused } from '../jobs/job-error.js';
import { UnreadableRecording } from '../replay/recorded-message.js';
import { systemErrorText } from '../site/system-error.js';
import { makeDataFolder } from '../storage/make-data-folder.js';
import { SiteLock, SiteLocked } from '../storage/site-lock.js';
import { CannotTrain } from './cannot-train.js';
import { type TrainingInput, type TrainingReport, type TrainingResult, trainModel } from './train-model.js';

export interface TrainingJobInput extends TrainingInput {
  /** Where models are kept: nobody else trains one meanwhile. */
  readonly lockFolder: string;
}

/** Trains a model, in a process of its own. */
export const trainingJob: Job<TrainingJobInput, TrainingReport, TrainingResult> = (input, { report }) =>
  orRefused(async () => {
    const lock = trainingLock(input.lockFolder);
    try {
      return await trainModel(input, report);
    } finally {
      lock.release();
    }
  });

/** It ends with the process, however that ends. */
function trainingLock(folder: string): SiteLock {
  makeDataFolder(folder);
  try {
    return SiteLock.take(folder);
  } catch (error) {
    if (!(error instanceof SiteLocked)) throw error;
    throw new CannotTrain(`${error.message} trains a model of this site already: one at a time`, {
      cause: error,
    });
  }
}

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
