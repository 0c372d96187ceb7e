import type { Issue } from '../../rules/format/issue.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import type { ModelDeclaration } from '../../rules/format/model-format.js';
import type { Rule } from '../../rules/rule.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { shelveArtefacts } from '../models/shelve-artefacts.js';
import type { ReplayPlan } from '../replay/replay.js';
import { checkFormats } from './check-formats.js';
import { checkLevels } from './check-levels.js';
import { checkNotify } from './check-notify.js';
import { checkPublishedViews } from './check-published-views.js';
import { type Configuration, loadConfiguration } from './configuration.js';
import { dataFolderOf } from './data-folder.js';
import { loadPlan } from './load-plan.js';
import { isPlanPath } from './plan-files.js';
import { readSiteFiles, type SiteFiles } from './site-files.js';

/** A site as it was read: what is right in it, and every problem of the rest. */
export interface Site {
  readonly folder: string;
  readonly files: SiteFiles;
  /** `null`: it has errors. Without a file everything has its default. */
  readonly configuration: Configuration | null;
  /** Those without errors, switched off or not, in order of files and places. */
  readonly rules: readonly Rule[];
  /** What the engine runs: the rules, and what they are made of. */
  readonly plan: ReplayPlan;
  /** Where each of `rules` was read, by id. */
  readonly origins: LoadedRules['origins'];
  /** What the models of the plan declare. */
  readonly models: readonly ModelDeclaration[];
  /** Problems of the rules, and of what they are made of, by themselves: what keeps them from being evaluated. */
  readonly ruleIssues: readonly Issue[];
  /** Every problem of the site, in order of files and places. */
  readonly issues: readonly Issue[];
}

/**
 * Reads a site: its configuration, its rules, and what they are made of.
 *
 * ```ts
 * const site = await loadSite('examples/press-line');
 * if (site.issues.length === 0) createEngine(site.plan);
 * ```
 *
 * @throws {SiteNotFound} there is no such folder, or it is no site
 */
export async function loadSite(folder: string): Promise<Site> {
  return siteOf(await readSiteFiles(folder));
}

/** What the files of a site come to. */
export async function siteOf(files: SiteFiles): Promise<Site> {
  const { configuration, issues } = isUnreadable(files)
    ? { configuration: null, issues: [] }
    : loadConfiguration(files.configuration);
  await modelKindsFor(files.plan);
  await shelveArtefacts(files.plan, dataFolderOf(files));
  const loaded = loadPlan(files.plan);
  const ruleIssues = inOrder([...unreadable(files, isPlanPath), ...loaded.issues]);
  const notifyIssues =
    configuration === null ? [] : checkNotify(loaded, configuration, files.configuration !== null);
  const levelIssues =
    configuration === null ? [] : checkLevels(loaded.plan, configuration, files.configuration);
  const formatIssues = configuration === null ? [] : checkFormats(configuration, files);
  return {
    folder: files.folder,
    files,
    configuration,
    rules: loaded.rules,
    plan: { ...loaded.plan, payloads: configuration?.payloads ?? [] },
    origins: loaded.origins,
    models: loaded.models,
    ruleIssues,
    issues: [
      ...unreadable(files, (file) => file === 'tocsin.json'),
      ...issues,
      ...levelIssues,
      ...unreadable(files, (file) => file.startsWith('formats')),
      ...formatIssues,
      ...inOrder([...ruleIssues, ...notifyIssues, ...checkPublishedViews(loaded)]),
    ],
  };
}

/** Without a file everything has its default; one that cannot be read may say anything. */
function isUnreadable({ issues }: SiteFiles): boolean {
  return issues.some(({ file }) => file === 'tocsin.json');
}

function unreadable({ issues }: SiteFiles, isOf: (file: string) => boolean): Issue[] {
  return issues.filter(({ file }) => isOf(file));
}

function inOrder(issues: readonly Issue[]): Issue[] {
  return [...issues].sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
