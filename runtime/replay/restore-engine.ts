import { createEngine } from '../../rules/create-engine.js';
import type { Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import { planOfFiles } from './held-rules.js';
import { unpackContent } from './snapshot-content.js';

/** An engine, and the offset by which its times are printed. */
export interface RestoredEngine {
  readonly engine: Engine;
  readonly offset: number;
}

/**
 * An engine as it was when a snapshot of the service was taken, which holds its state and offset among others.
 *
 * @throws {Error} another version of the program, or of Node.js, wrote it
 */
export function restoreEngine(
  snapshot: { readonly data: Uint8Array; readonly files: readonly SourceFile[] },
  planOf: (files: readonly SourceFile[]) => Plan = planOfFiles,
): RestoredEngine {
  const engine = createEngine(planOf(snapshot.files));
  const { engine: saved, offset } = unpackContent(snapshot.data);
  engine.load(saved);
  return { engine, offset };
}
