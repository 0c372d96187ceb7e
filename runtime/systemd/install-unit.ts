import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { systemErrorText } from '../site/system-error.js';
import { NoUnit } from './unit-facts.js';
import { UNIT_MARK, type UnitFacts, unitText } from './unit-text.js';

/**
 * Writes the unit, over one that we wrote before, and makes the folders that it is to write in.
 *
 * @throws {NoUnit} somebody else's unit is there, or we may not write there
 */
export function installUnit(facts: UnitFacts, path: string): void {
  const before = textAt(path);
  if (before !== null && !before.startsWith(UNIT_MARK)) {
    throw new NoUnit(`${path} is not ours: move it away, or choose another --name`);
  }
  try {
    if (facts.account.kind === 'user') makeFolders(facts.account.writable, facts.site);
    writeFileSync(path, unitText(facts));
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    throw new NoUnit(`cannot write ${path}: ${reason}; run it with sudo, or look at it with --print`, {
      cause: error,
    });
  }
}

/** The sandbox is built around folders that are there. They belong to whom the site belongs to. */
function makeFolders(folders: readonly string[], site: string): void {
  const { uid, gid } = statSync(site);
  for (const folder of folders) {
    if (mkdirSync(folder, { recursive: true }) !== undefined) chownSync(folder, uid, gid);
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorText(error) === null) throw error;
    return null;
  }
}
