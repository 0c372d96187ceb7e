import type { SourceFile } from './document.js';

/**
 * How the JSON of XGBoost begins, which has the ending of model files: its keys are written in order of the alphabet.
 * Nothing that a person writes here begins so.
 */
const XGBOOST = /^\s*\{\s*"(?:learner|version)"\s*:/;

const GOLDEN = '.golden.json';

/** Is this a file beside a model file, which it names: a model made elsewhere, or what that one must give? */
export function isSideFile({ path, text }: SourceFile): boolean {
  if (!path.startsWith('models/')) return false;
  return !path.endsWith('.json') || path.endsWith(GOLDEN) || XGBOOST.test(text);
}

/** The file that says what this one must give. */
export function goldenPathOf(path: string): string {
  return path + GOLDEN;
}

/** A file whose bytes are no text: its text is these in base64. */
export function isBinaryFile(path: string): boolean {
  return path.endsWith('.onnx');
}
