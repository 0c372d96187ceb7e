import type { ModelStore } from './model-store.js';
import type { TrainingResult } from './train-model.js';

/** What became of a training. */
export type TrainingOutcome =
  | (Omit<Extract<TrainingResult, { kind: 'trained' }>, 'text'> & {
      readonly version: number;
      /** There was no version with these bytes. */
      readonly isNew: boolean;
      /** It is in force now. */
      readonly isActive: boolean;
    })
  | Extract<TrainingResult, { kind: 'refused' }>;

/** Stores what was trained as a version, and lets it be in force unless it is worse, or somebody wants it all the same. */
export async function keptVersion(
  store: ModelStore,
  {
    model,
    result,
    isForced,
  }: { readonly model: string; readonly result: TrainingResult; readonly isForced: boolean },
): Promise<TrainingOutcome> {
  if (result.kind === 'refused') return result;
  const { text, ...trained } = result;
  const { version, isNew } = await store.add(model, text);
  const isActive = result.verdict.kind !== 'worse' || isForced;
  if (isActive) await store.activate(model, version);
  return { ...trained, version, isNew, isActive };
}
