import { didYouMean } from '../../rules/format/did-you-mean.js';
import type { Rule } from '../../rules/rule.js';
import type { ReplayPlan } from '../replay/replay.js';
import { loadSite, type Site } from '../site/load-site.js';
import { CannotRun, type Io, SiteHasErrors, UsageError } from './command.js';
import { issueReport } from './issue-report.js';
import { styleFor } from './style.js';

/**
 * A site all of whose rules are right: results from half of them would mislead. Its configuration may be anything.
 *
 * @throws {SiteHasErrors} after the errors were shown on stderr
 * @throws {CannotRun} there are no rules at all
 */
export async function siteOrStop(folder: string, io: Io): Promise<Site> {
  const site = await loadSite(folder);
  const errors = site.ruleIssues.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    io.stderr.write(issueReport(errors, site.files, styleFor(io.stderr)));
    throw new SiteHasErrors('the rules of the site have errors');
  }
  if (site.rules.length === 0) {
    throw new CannotRun(`there are no rules in ${folder}: rule files belong into its folder rules/`);
  }
  return site;
}

export interface ChosenRules {
  /** What is asked for. */
  readonly shown: readonly Rule[];
  /** What has to run for it. */
  readonly run: ReplayPlan;
}

/**
 * The rules named on the command line, none: all. Those that can suppress them run along.
 *
 * @throws {UsageError} there is no such rule
 */
export function chooseRules(plan: ReplayPlan, ids: readonly string[]): ChosenRules {
  const { rules } = plan;
  if (ids.length === 0) return { shown: rules, run: plan };
  const shown = ids.map((id) => findRule(rules, id));
  const run = new Set(shown);
  for (const rule of run) {
    for (const { rule: suppressor } of rule.suppressedBy) run.add(findRule(rules, suppressor));
  }
  return {
    shown: rules.filter((rule) => shown.includes(rule)),
    run: { ...plan, rules: rules.filter((rule) => run.has(rule)) },
  };
}

function findRule(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find((one) => one.id === id);
  if (rule !== undefined) return rule;
  const meant = didYouMean(
    id,
    rules.map((one) => one.id),
  );
  throw new UsageError(
    `there is no rule '${id}' in the site${meant === null ? '' : `, did you mean '${meant}'?`}`,
  );
}
