import type { Issue } from '../../rules/format/issue.js';
import { loadRules } from '../../rules/format/load-rules.js';
import type { Rule } from '../../rules/rule.js';
import { readSiteFiles, type SiteFiles } from './site-files.js';

/** A site as it was read: what is right in it, and every problem of the rest. */
export interface Site {
  readonly folder: string;
  readonly files: SiteFiles;
  /** Those without errors, switched off or not, in order of files and places. */
  readonly rules: readonly Rule[];
  readonly issues: readonly Issue[];
}

/**
 * Reads a site: configuration and rules.
 *
 * ```ts
 * const site = await openSite('examples/press-line');
 * if (site.issues.length === 0) createEngine({ rules: site.rules });
 * ```
 *
 * @throws {SiteNotFound} there is no such folder, or it is no site
 */
export async function openSite(folder: string): Promise<Site> {
  const files = await readSiteFiles(folder);
  const { rules, issues } = loadRules(files.rules);
  return { folder, files, rules, issues: [...files.issues, ...issues] };
}
