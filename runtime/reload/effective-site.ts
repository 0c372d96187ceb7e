import type { Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import type { FileView } from '../control/control-views.js';
import { checkNotify } from '../site/check-notify.js';
import type { Configuration } from '../site/configuration.js';
import { isPlanPath } from '../site/plan-files.js';
import { errorsByFile } from './accept-texts.js';
import type { FoundFiles } from './found-files.js';
import { filesOf, type RulesInForce, rulesInForce } from './rules-in-force.js';
import {
  type CheckConfiguration,
  CONFIGURATION_FILE,
  type FixedKey,
  keysForRestart,
  restartIssues,
  type SettledConfiguration,
  settleConfiguration,
  withoutRestart,
} from './settle-configuration.js';
import { type SettledRules, settleRules } from './settle-rules.js';

/** The files of a site that count, whatever its folder looks like at the moment. */
export interface SiteInForce {
  readonly configuration: SourceFile | null;
  readonly rules: RulesInForce;
}

/** The site that counts: the folder's files as far as they are right, else what they said before. */
export interface EffectiveSite {
  readonly inForce: SiteInForce;
  /** As far as it takes effect without a restart; `null`: it has errors, and there was none that had not. */
  readonly configuration: Configuration | null;
  /** In order of their paths: what the plan comes from. */
  readonly planFiles: readonly SourceFile[];
  readonly plan: Plan;
  /** What counts now and did not before, by path; `null`: it counts no more. */
  readonly changes: readonly { readonly path: string; readonly text: string | null }[];
  /** How each file stands, in order of paths, `tocsin.json` first. */
  readonly views: readonly FileView[];
  /** Keys of the configuration whose change waits for a restart. */
  readonly needsRestart: readonly FixedKey[];
  /** There were rule files, and all are gone: what they said still counts. */
  readonly isMissingAll: boolean;
  /** When to look again though nothing changes; `null`: there is nothing to wait for. */
  readonly lookAgainAt: number | null;
}

/** What was in force before a restart, from the last good version of each file; none: nothing ever was. */
export function siteInForce(lastGood: readonly SourceFile[]): SiteInForce {
  return {
    configuration: lastGood.find(({ path }) => path === CONFIGURATION_FILE) ?? null,
    rules: rulesInForce(lastGood.filter(({ path }) => isPlanPath(path))),
  };
}

export interface EffectiveSiteOptions {
  /** What the service was started with; `null`: it starts with this. */
  readonly started: Configuration | null;
  /** Asked about a configuration before it counts. */
  readonly check: CheckConfiguration;
  /** Ms by a clock that never goes back, the same one each time. */
  readonly now: number;
}

/** What counts, given what counted before and what is in the folder now. */
export function effectiveSite(
  before: SiteInForce,
  found: FoundFiles,
  { started, check, now }: EffectiveSiteOptions,
): EffectiveSite {
  const settled = settleConfiguration(before.configuration, found.configuration, check);
  const rules = settleRules(before.rules, found, now);
  const { configuration: next } = settled;
  const needsRestart = started === null || next === null ? [] : keysForRestart(started, next);
  const inForce = { configuration: settled.file, rules: rules.inForce };
  const notify = next === null ? [] : checkNotify(rules.inForce.loaded, next, settled.file !== null);
  return {
    inForce,
    configuration: started === null || next === null ? next : withoutRestart(started, next),
    planFiles: filesOf(rules.inForce.texts),
    plan: rules.inForce.loaded.plan,
    changes: changesBetween(before, inForce),
    views: [
      ...configurationViews(settled, found, restartIssues(settled.file, needsRestart)),
      ...folderViews(found),
      ...ruleViews(rules, found, notify),
    ],
    needsRestart,
    isMissingAll: rules.isMissingAll,
    lookAgainAt: rules.lookAgainAt,
  };
}

function changesBetween(before: SiteInForce, after: SiteInForce): EffectiveSite['changes'] {
  const [old, now] = [textsOf(before), textsOf(after)];
  const changed = [...now].filter(([path, text]) => old.get(path) !== text);
  const removed = [...old.keys()].filter((path) => !now.has(path));
  return [
    ...changed.map(([path, text]) => ({ path, text })),
    ...removed.map((path) => ({ path, text: null })),
  ];
}

function textsOf({ configuration, rules }: SiteInForce): Map<string, string> {
  return new Map([
    ...(configuration === null ? [] : ([[configuration.path, configuration.text]] as const)),
    ...rules.texts,
  ]);
}

function configurationViews(
  { file, configuration, errors }: SettledConfiguration,
  found: FoundFiles,
  waiting: readonly Issue[],
): FileView[] {
  if (file === null && found.configuration === null) return [];
  const all = [...errors, ...waiting];
  if (found.configuration === null) return [{ file: CONFIGURATION_FILE, state: 'missing', errors: all }];
  const wrong = configuration === null ? 'broken' : 'last-good';
  return [{ file: CONFIGURATION_FILE, state: errors.length === 0 ? 'ok' : wrong, errors: all }];
}

/** Folders that cannot be listed. */
function folderViews({ folderProblems }: FoundFiles): FileView[] {
  return folderProblems.map((problem) => ({ file: problem.file, state: 'missing', errors: [problem] }));
}

function ruleViews(
  { inForce, refused }: SettledRules,
  { plan: found }: FoundFiles,
  notify: readonly Issue[],
): FileView[] {
  const errors = errorsByFile({ issues: [...inForce.loaded.issues, ...notify] });
  const view = (path: string): FileView => {
    const file = found.get(path);
    const isInForce = inForce.texts.has(path);
    if (file === undefined) return { file: path, state: 'missing', errors: refused.get(path) ?? [] };
    const wrong = file.kind === 'unreadable' ? [file.issue] : refused.get(path);
    if (wrong !== undefined) return { file: path, state: isInForce ? 'last-good' : 'broken', errors: wrong };
    const own = errors.get(path) ?? [];
    return { file: path, state: own.length === 0 ? 'ok' : 'broken', errors: own };
  };
  return [...new Set([...found.keys(), ...inForce.texts.keys()])].sort().map(view);
}
