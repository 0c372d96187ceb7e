import { loadSite } from '../site/load-site.js';
import { type ArtefactMetric, definitionOf, type LearntFrom, readArtefactText } from './artefact-document.js';
import { CannotTrain } from './cannot-train.js';
import { collectRuns, type RowsWanted } from './collect-runs.js';
import { storedMetric, type TrainingReport, trainable } from './train-model.js';

export interface EvaluationInput extends RowsWanted {
  /** The site's. */
  readonly folder: string;
  readonly model: string;
  /** The version, as it is stored. */
  readonly text: string;
  readonly leadMs: number;
}

/** On what it has learnt from every model looks good. */
const SEEN =
  'some of these rows are from the time that the version learnt from: if it saw them, it looks too good';

export interface EvaluationResult {
  readonly metrics: readonly ArtefactMetric[];
  readonly data: LearntFrom | null;
  readonly notes: readonly string[];
}

/**
 * Measures a version of a model on rows and labels that it should not have learnt from.
 *
 * @throws {CannotTrain}
 */
export async function evaluateModel(
  input: EvaluationInput,
  report: (progress: TrainingReport) => void,
): Promise<EvaluationResult> {
  const site = await loadSite(input.folder);
  const { declaration, model, kind } = trainable(site, input.model);
  const document = readArtefactText(input.text);
  if (document === null || document.definition !== definitionOf(declaration))
    throw new CannotTrain('that version was made for another definition of the model: train it again');
  const artefact = kind.readArtefact(document.learnt);
  if (artefact === null) throw new CannotTrain('another version of the program made that version');
  const { runs, notes, data } = await collectRuns(site, model, input, report);
  if (data === null) return { metrics: [], data, notes };
  const { settings, features } = declaration;
  const request = { settings, features, artefact, runs, until: data.until, leadMs: input.leadMs };
  const metrics = kind.evaluate(request).map(storedMetric);
  return { metrics, data, notes: [...notes, ...(data.from <= document.data.until ? [SEEN] : [])] };
}
