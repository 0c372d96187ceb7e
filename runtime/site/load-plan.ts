import type { SourceFile } from '../../rules/format/document.js';
import { type LoadedRules, loadRules } from '../../rules/format/load-rules.js';
import { functionMaker } from '../functions/function-maker.js';
import { ACTIVATION_FILE, readActivation } from '../models/activation.js';
import { modelKindsOf } from '../models/model-kinds.js';
import { modelMaker } from '../models/model-maker.js';

/**
 * Reads all files of a site that say what is evaluated. Where there is a model among them `modelKindsFor` was waited for
 * before, and the artefacts that are in force are on the shelf.
 */
export function loadPlan(files: readonly SourceFile[]): LoadedRules {
  const kinds = modelKindsOf(files);
  const written = files.filter(({ path }) => path !== ACTIVATION_FILE);
  const functions = functionMaker;
  if (kinds.length === 0) return loadRules(written, { functions });
  const activation = readActivation(files.find(({ path }) => path === ACTIVATION_FILE));
  const models = modelMaker({ kinds, files: written, activation });
  const loaded = loadRules(written, { models, functions });
  return { ...loaded, issues: [...activation.issues, ...loaded.issues] };
}
