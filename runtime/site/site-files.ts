import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { isBinaryFile } from '../../rules/format/side-files.js';
import { ACTIVATION_FILE } from '../models/activation.js';
import { activationPath } from '../models/activation-path.js';
import { SIDE_FILES } from '../models/side-file-shelf.js';
import { dataFolderOf } from './data-folder.js';
import { isPlanFile, PLAN_FOLDER_NAMES } from './plan-files.js';
import { SiteNotFound } from './site-not-found.js';
import { isAbsent, systemErrorText } from './system-error.js';

/** The files of a site as they are read; paths are from its folder, `rules/press.json`. */
export interface SiteFiles {
  readonly folder: string;
  /** `null`: there is none, and everything has its default. */
  readonly configuration: SourceFile | null;
  /** Those that say what is evaluated, in order of their paths. */
  readonly plan: readonly SourceFile[];
  /** Templates of webhooks, in order of their names. */
  readonly formats: readonly SourceFile[];
  /** In order of their names. */
  readonly tests: readonly SourceFile[];
  /** What failed when, for models; in order of their names. */
  readonly labels: readonly SourceFile[];
  /** Files that cannot be read. */
  readonly issues: readonly Issue[];
}

/**
 * Reads the text of every file of a site that people write.
 *
 * @throws {SiteNotFound} there is no such folder, or neither `tocsin.json` nor `rules/` in it
 */
export async function readSiteFiles(folder: string): Promise<SiteFiles> {
  const names = await listSite(folder);
  if (!names.includes('tocsin.json') && !names.includes('rules')) {
    const problem = 'it has neither a file tocsin.json nor a folder rules';
    throw new SiteNotFound(
      names.includes('data')
        ? `${folder} is no site any more: ${problem}. There is a folder data of a service that ran here: put the files back`
        : `${folder} is no site: ${problem}`,
    );
  }
  const issues: Issue[] = [];
  const read = async (path: string) => readText(folder, path, issues);
  const readAll = async (kind: string, isWanted: (name: string) => boolean) => {
    const paths = names.includes(kind) ? await list(folder, { kind, isWanted }, issues) : [];
    const files = await Promise.all(paths.map(read));
    return files.filter((file) => file !== null);
  };
  const configuration = names.includes('tocsin.json') ? await read('tocsin.json') : null;
  const plan = [...(await readActive(dataFolderOf({ folder, configuration }), issues))];
  for (const kind of [...PLAN_FOLDER_NAMES].sort())
    plan.push(...(await readAll(kind, (name) => isPlanFile(kind, name))));
  return {
    folder,
    configuration,
    plan,
    formats: await readAll('formats', isJsonFile),
    tests: await readAll('tests', isJsonFile),
    labels: await readAll('labels', (name) => name.endsWith('.csv') && !name.startsWith('.')),
    issues,
  };
}

/** What is read of a folder in which nothing is left. */
export function noSiteFiles(folder: string): SiteFiles {
  return { folder, configuration: null, plan: [], formats: [], tests: [], labels: [], issues: [] };
}

/** Which models are in force; none where nobody has ever trained one. */
async function readActive(dataFolder: string, issues: Issue[]): Promise<SourceFile[]> {
  const path = activationPath(dataFolder);
  try {
    await stat(path);
  } catch (error) {
    if (isAbsent(error)) return [];
  }
  const read = await readSiteFile('', ACTIVATION_FILE, path);
  if ('text' in read) return [read];
  issues.push(read);
  return [];
}

async function listSite(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    throw new SiteNotFound(`cannot read the site ${folder}: ${reason}`, { cause: error });
  }
}

/** Hidden files are left out: editors keep half-written copies in them. */
function isJsonFile(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.');
}

async function list(
  folder: string,
  { kind, isWanted }: { kind: string; isWanted: (name: string) => boolean },
  issues: Issue[],
): Promise<string[]> {
  try {
    const names = await readdir(join(folder, kind));
    return names
      .filter(isWanted)
      .sort()
      .map((name) => `${kind}/${name}`);
  } catch (error) {
    issues.push(unreadable(kind, error));
    return [];
  }
}

async function readText(folder: string, path: string, issues: Issue[]): Promise<SourceFile | null> {
  const read = await readSiteFile(folder, path);
  if ('text' in read) return read;
  issues.push(read);
  return null;
}

/** Nobody writes such a file by hand, and it is held in memory. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The text of a file, in base64 where it is none; what cites it, of a large one beside a model; or why it cannot be read.
 *
 * @param real where it is, unless it is in the folder
 */
export async function readSiteFile(
  folder: string,
  path: string,
  real = join(folder, path),
): Promise<SourceFile | Issue> {
  try {
    const { size } = await stat(real);
    if (size > FILE_BYTES_MAX) return unreadableFile(path, 'it is larger than 8 MB', null);
    const bytes = await readFile(real);
    const text = isBinaryFile(path)
      ? bytes.toString('base64')
      : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return SIDE_FILES.cited({ path, text });
  } catch (error) {
    return unreadable(path, error);
  }
}

/** @throws the error, if it is none of the operating system's */
export function unreadable(file: string, error: unknown): Issue {
  if (error instanceof TypeError) {
    return unreadableFile(file, 'it is not UTF-8 text', 'Save it with the encoding UTF-8.');
  }
  const reason = systemErrorText(error);
  if (reason === null) throw error;
  return unreadableFile(file, reason, null);
}

function unreadableFile(file: string, reason: string, hint: string | null): Issue {
  return {
    file,
    line: 1,
    column: 1,
    endColumn: 2,
    code: 'unreadable-file',
    severity: 'error',
    message: `Cannot be read: ${reason}.`,
    hint,
  };
}
