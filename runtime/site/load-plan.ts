import type { SourceFile } from '../../rules/format/document.js';
import { type LoadedRules, loadRules } from '../../rules/format/load-rules.js';
import { modelKindsOf } from '../models/model-kinds.js';
import { modelMaker } from '../models/model-maker.js';

/**
 * Reads all files of a site that say what is evaluated. Where there is a model among them `modelKindsFor` was waited for
 * before.
 */
export function loadPlan(files: readonly SourceFile[]): LoadedRules {
  const kinds = modelKindsOf(files);
  return loadRules(files, kinds.length === 0 ? {} : { models: modelMaker({ kinds, files }) });
}
