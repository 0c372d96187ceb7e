import type { SourceFile } from '../../rules/format/document.js';

/**
 * What models have learnt stands among the last good versions of files, each once, as `artefacts/HASH`: as long as a plan
 * of the journal cites it, or a restart would.
 */
export const ARTEFACT_PREFIX = 'artefacts/';

/** Parts what the site says from what its models have learnt. */
export function partArtefacts(files: readonly SourceFile[]): {
  readonly files: readonly SourceFile[];
  readonly artefacts: readonly SourceFile[];
} {
  const isArtefact = ({ path }: SourceFile) => path.startsWith(ARTEFACT_PREFIX);
  return { files: files.filter((file) => !isArtefact(file)), artefacts: files.filter(isArtefact) };
}
