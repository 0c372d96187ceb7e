import { z } from 'zod';
import { text } from '../../rules/format/fields.js';
import type { FileKind, FileOutcome, ModelFile } from '../model-kind.js';
import { type ImportedModel, ModelFileError } from './imported-model.js';
import { createImportedScorer } from './imported-scorer.js';
import { readModelFile } from './read-model-file.js';

const importedSettings = z.strictObject({
  file: text(
    'The file with the model, beside the model file: ONNX, JSON of XGBoost or text of LightGBM. `FILE.golden.json` beside it says what the model must give.',
  ),
});

export type ImportedSettings = z.output<typeof importedSettings>;

/** A model that was learnt elsewhere. */
export const importedKind: FileKind<ImportedSettings, ImportedModel> = {
  name: 'imported',
  source: 'file',
  settings: importedSettings,
  check: () => [],
  fileOf: ({ file }) => file,
  outputs: (_, artefact) => artefact?.outputs ?? [],
  createScorer: createImportedScorer,
  readFile,
};

function readFile(
  file: ModelFile,
  _: ImportedSettings,
  features: readonly string[],
): FileOutcome<ImportedModel> {
  try {
    return { kind: 'read', artefact: readModelFile(file, features) };
  } catch (error) {
    if (error instanceof ModelFileError) return { kind: 'refused', reason: `${file.name}: ${error.message}` };
    throw error;
  }
}
