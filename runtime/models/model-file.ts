import { createHash } from 'node:crypto';
import type { FileOutcome, ModelFile, ModelKind } from '../../models/model-kind.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { ModelDeclaration, SettingsProblem } from '../../rules/format/model-format.js';
import { goldenPathOf, isBinaryFile, isSideFile } from '../../rules/format/side-files.js';
import { onnxruntimeNode } from './onnxruntime-node.js';
import { SIDE_FILES } from './side-file-shelf.js';

/** A file that a model is read from, and what tells it from any other. */
export interface FoundModelFile {
  readonly file: ModelFile;
  readonly text: string;
}

/**
 * Finds the file that a model names, and the one beside it that says what it must give.
 *
 * @param name as the model file has it: a name without a folder
 */
export function findModelFile(
  name: string,
  files: readonly SourceFile[],
): FoundModelFile | { readonly problem: SettingsProblem } {
  const path = `models/${name}`;
  const found = files.find((file) => file.path === path);
  if (found === undefined || !isSideFile(found)) return { problem: absent(name, files, found !== undefined) };
  const content = SIDE_FILES.textOf(found);
  const goldenFile = files.find((file) => file.path === goldenPathOf(path));
  const golden = goldenFile === undefined ? null : SIDE_FILES.textOf(goldenFile);
  if (content === null || (goldenFile !== undefined && golden === null)) return { problem: lost(name) };
  const bytes = isBinaryFile(path) ? Buffer.from(content, 'base64') : new TextEncoder().encode(content);
  const openOnnx = isBinaryFile(path) ? onnxruntimeNode() : null;
  const file = { name: path, bytes, golden, openOnnx };
  return { file, text: JSON.stringify([found.text, goldenFile?.text ?? null]) };
}

/** Its plan is there, and what it cites is not: the data folder was damaged. */
function lost(name: string): SettingsProblem {
  return { path: ['file'], message: `is models/${name}, of which what was stored is missing or damaged.` };
}

function absent(name: string, files: readonly SourceFile[], isThere: boolean): SettingsProblem {
  const others = files.filter(isSideFile).map(({ path }) => path.slice('models/'.length));
  const known = others.filter((other) => !other.endsWith('.golden.json'));
  const hint =
    known.length === 0
      ? 'It belongs into the folder models/, beside this file: FILE.onnx, FILE.json (XGBoost) or FILE.txt (LightGBM).'
      : `In the folder models/ there are ${known.join(', ')}.`;
  const message = isThere
    ? `is models/${name}, which is no model of XGBoost; other JSON is not read.`
    : `is models/${name}, which is not there, or cannot be read.`;
  return { path: ['file'], message, hint };
}

/** What was read last, by all that it was read from: rules are read anew with every change, files of megabytes are not. */
const outcomes = new Map<string, FileOutcome<unknown>>();
const OUTCOMES_MAX = 8;

/** Reads a file, unless it was read a short while ago. */
export function readModelFileOnce(
  kind: Extract<ModelKind, { source: 'file' }>,
  { file, text }: FoundModelFile,
  { settings, features }: Pick<ModelDeclaration, 'settings' | 'features'>,
): FileOutcome<unknown> {
  const key = createHash('sha256')
    .update(JSON.stringify([kind.name, file.name, settings, features, file.openOnnx !== null]))
    .update(text)
    .digest('base64');
  const outcome = outcomes.get(key) ?? kind.readFile(file, settings, features);
  outcomes.delete(key);
  outcomes.set(key, outcome);
  const [oldest] = outcomes.keys();
  if (outcomes.size > OUTCOMES_MAX && oldest !== undefined) outcomes.delete(oldest);
  return outcome;
}
