import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '../../rules/format/issue.js';
import { ACTIVATION_FILE } from '../models/activation.js';
import { activationPath } from '../models/activation-path.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { shelveArtefacts } from '../models/shelve-artefacts.js';
import { isPlanFile, PLAN_FOLDER_NAMES, type PlanFolder } from '../site/plan-files.js';
import { readSiteFile, unreadable } from '../site/site-files.js';
import { isAbsent } from '../site/system-error.js';
import type { FoundFile, FoundFiles } from './found-files.js';
import { CONFIGURATION_FILE } from './settle-configuration.js';

export interface Scan {
  readonly found: FoundFiles;
  /** Somebody may be writing: a file does not look as it did at the scan before, and is given as it was read last. */
  readonly isUnsettled: boolean;
}

interface Known {
  /** What the file looked like when it was read. */
  readonly signature: string;
  readonly file: FoundFile;
}

/** Files are asked about this many at once: a folder of thousands must not fill the queue of the file system. */
const AT_ONCE = 32;

/**
 * Looks at the files of a site again and again, and reads those that changed: only once they look the same at two scans,
 * so that nothing is read while it is written. What did not change is not read again.
 */
export class SiteScan {
  readonly #folder: string;
  readonly #dataFolder: string;
  readonly #known = new Map<string, Known>();
  #seen = new Map<string, string>();

  /** @param dataFolder where it says which models are in force */
  constructor(folder: string, dataFolder: string) {
    this.#folder = folder;
    this.#dataFolder = dataFolder;
  }

  async scan(): Promise<Scan> {
    const folders = await Promise.all(PLAN_FOLDER_NAMES.map((name) => this.#list(name)));
    const paths = [CONFIGURATION_FILE, ACTIVATION_FILE, ...folders.flatMap((folder) => folder.paths).sort()];
    const seen = new Map<string, string>();
    const plan = new Map<string, FoundFile>();
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      const files = await Promise.all(some.map((path) => this.#look(path, seen)));
      for (const [index, file] of files.entries()) if (file !== null) plan.set(some[index] ?? '', file);
    }
    await modelKindsFor([...plan.keys()].map((path) => ({ path })));
    const activation = plan.get(ACTIVATION_FILE);
    if (activation?.kind === 'text') await shelveArtefacts([activation], this.#dataFolder);
    const isUnsettled = [...seen].some(([path, signature]) => this.#known.get(path)?.signature !== signature);
    this.#seen = seen;
    for (const path of this.#known.keys()) if (!seen.has(path)) this.#known.delete(path);
    const configuration = plan.get(CONFIGURATION_FILE) ?? null;
    plan.delete(CONFIGURATION_FILE);
    const folderProblems = folders.flatMap(({ problem }) => problem ?? []);
    return { found: { configuration, plan, folderProblems }, isUnsettled };
  }

  async #list(folder: PlanFolder): Promise<{ paths: string[]; problem: Issue | null }> {
    try {
      const names = (await readdir(join(this.#folder, folder))).filter((name) => isPlanFile(folder, name));
      return { paths: names.map((name) => `${folder}/${name}`), problem: null };
    } catch (error) {
      // A site need not have the folder; one that is gone is one whose files are gone.
      return { paths: [], problem: isAbsent(error) ? null : unreadable(folder, error) };
    }
  }

  /** The file as it was read last, now or before; `null`: it is not there, or was not read yet. */
  async #look(path: string, seen: Map<string, string>): Promise<FoundFile | null> {
    const signature = await this.#signature(path);
    if (signature === null) return null;
    seen.set(path, signature);
    const known = this.#known.get(path);
    if (known?.signature === signature) return known.file;
    if (this.#seen.get(path) !== signature) return known?.file ?? null;
    const file = await this.#read(path);
    if ((await this.#signature(path)) !== signature) return known?.file ?? null;
    this.#known.set(path, { signature, file });
    return file;
  }

  async #read(path: string): Promise<FoundFile> {
    const read = await readSiteFile(this.#folder, path, this.#real(path));
    return 'text' in read ? { kind: 'text', ...read } : { kind: 'unreadable', issue: read };
  }

  /**
   * Changes whenever the file does, also by a rename or a link to another: content, size and times alone can be alike.
   * `null`: there is no such file.
   */
  async #signature(path: string): Promise<string | null> {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(this.#real(path), { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    } catch (error) {
      return isAbsent(error) ? null : String(error);
    }
  }

  #real(path: string): string {
    return path === ACTIVATION_FILE ? activationPath(this.#dataFolder) : join(this.#folder, path);
  }
}
