import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { staleSchemas } from '../new-site/write-new-site.js';
import { readAllTests } from '../rule-tests/read-tests.js';
import { SCHEMAS_FOLDER } from '../schemas/site-schemas.js';
import type { Site } from '../site/load-site.js';
import type { Check } from './examination.js';
import { type Finding, failure, ok, warning } from './finding.js';

/** The files that people write, as `check` sees them. */
export function examineSite(site: Site): readonly Finding[] {
  const issues = [...site.issues, ...readAllTests(site).issues];
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const check = `See them with: tocsin check --site ${site.folder}`;
  if (errors > 0) return [failure('site', `its files have ${counted(errors, 'error')}`, check)];
  if (issues.length > 0)
    return [warning('site', `its files have ${counted(issues.length, 'warning')}`, check)];
  const { receivers } = site.configuration ?? { receivers: [] };
  const rules = counted(site.rules.length, 'rule');
  if (site.rules.length === 0)
    return [warning('site', 'it has no rules', 'Write some into its folder rules.')];
  if (receivers.length === 0) {
    return [warning('site', `${rules}, but nobody is told: no receivers`, 'Add `receivers` to tocsin.json.')];
  }
  return [ok('site', `${rules}, ${counted(receivers.length, 'receiver')}, no problems`)];
}

/** Schemas of another version make an editor complain about what is right. */
export const examineSchemas: Check = async ({ site: { folder } }) => {
  if (!existsSync(join(folder, SCHEMAS_FOLDER))) return [];
  const stale = staleSchemas(folder);
  if (stale.length === 0) return [ok('schemas', 'those of this version')];
  return [
    warning('schemas', 'not those of this version: editors may be wrong', `tocsin init --schemas ${folder}`),
  ];
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
