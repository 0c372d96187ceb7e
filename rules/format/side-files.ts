import type { SourceFile } from './document.js';

/**
 * How the JSON of XGBoost begins, which has the ending of model files: its keys are written in order of the alphabet.
 * Nothing that a person writes here begins so.
 */
const XGBOOST = /^\s*\{\s*"(?:learner|version)"\s*:/;

const GOLDEN = '.golden.json';

/** Stands for the text of a large file: `sha256:9f2c… 1048576`. */
const CITING = /^sha256:([0-9a-f]{64}) \d+$/;

/** Is this a file beside a model file, which it names: a model made elsewhere, or what that one must give? */
export function isSideFile({ path, text }: SourceFile): boolean {
  if (!path.startsWith('models/')) return false;
  return !path.endsWith('.json') || path.endsWith(GOLDEN) || CITING.test(text) || XGBOOST.test(text);
}

/** What stands for the text of a file, by its hash (SHA-256, in hex) and its length. */
export function citingText(hash: string, length: number): string {
  return `sha256:${hash} ${length}`;
}

/** The hash of the text that stands elsewhere; `null`: the file has its text itself. */
export function citedHashOf(file: SourceFile): string | null {
  return isSideFile(file) ? (CITING.exec(file.text)?.[1] ?? null) : null;
}

/** The file that says what this one must give. */
export function goldenPathOf(path: string): string {
  return path + GOLDEN;
}

/** A file whose bytes are no text: its text is these in base64. */
export function isBinaryFile(path: string): boolean {
  return path.endsWith('.onnx');
}
