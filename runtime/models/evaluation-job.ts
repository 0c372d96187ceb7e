import type { Job } from '../jobs/job-contract.js';
import { type EvaluationInput, type EvaluationResult, evaluateModel } from './evaluate-model.js';
import type { TrainingReport } from './train-model.js';
import { orRefused } from './training-job.js';

/** Measures a version of a model, in a process of its own. */
export const evaluationJob: Job<EvaluationInput, TrainingReport, EvaluationResult> = (input, { report }) =>
  orRefused(() => evaluateModel(input, report));
