import type { Plan } from '../../rules/engine.js';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import type { Model } from '../../rules/supply.js';
import { loadSite, type Site } from '../site/load-site.js';
import { type Io, SiteHasErrors, UsageError } from './command.js';
import { issueReport } from './issue-report.js';
import { styleFor } from './style.js';

/**
 * A site whose views and models are right. Its rules and configuration may be anything.
 *
 * @throws {SiteHasErrors} after the errors were shown on stderr
 */
export async function siteWithModels(folder: string, io: Io): Promise<Site> {
  const site = await loadSite(folder);
  const errors = site.ruleIssues.filter(({ severity, file }) => severity === 'error' && !isRule(file));
  if (errors.length === 0) return site;
  io.stderr.write(issueReport(errors, site.files, styleFor(io.stderr)));
  throw new SiteHasErrors('the models of the site, or what they are made of, have errors');
}

function isRule(file: string): boolean {
  return file.startsWith('rules/');
}

/** @throws {UsageError} there is no such model */
export function namedModel({ models = [] }: Plan, id: string): Model {
  const model = models.find((one) => one.id === id);
  if (model !== undefined) return model;
  const ids = models.map((one) => one.id);
  throw noSuchModel(id, ids);
}

export function noSuchModel(id: string, ids: readonly string[]): UsageError {
  const guess = didYouMean(id, ids);
  return new UsageError(`there is no model '${id}'${guess === null ? '' : `, did you mean '${guess}'?`}`);
}
