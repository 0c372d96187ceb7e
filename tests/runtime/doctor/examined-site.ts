import type { Clock } from '../../../runtime/clock.js';
import { systemClock } from '../../../runtime/clock.js';
import { examine } from '../../../runtime/doctor/examination.js';
import type { Finding } from '../../../runtime/doctor/finding.js';
import { loadSite } from '../../../runtime/site/load-site.js';
import { temporarySite } from '../temporary-site.js';

const RULE = { id: 'hot', inputs: { t: 'a/{m}/t' }, when: 't > 80' };

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly limitMs?: number;
  /** Further files of the site. */
  readonly files?: Readonly<Record<string, unknown>>;
}

/** What is found of a site with this configuration and one rule. */
export async function findingsOf(configuration: object, options: Options = {}): Promise<readonly Finding[]> {
  const { env = {}, clock = systemClock, limitMs = 5_000, files = {} } = options;
  const folder = temporarySite({ 'tocsin.json': configuration, 'rules/hot.json': RULE, ...files });
  return examine({ site: await loadSite(folder), env, clock, limitMs });
}

/** Those about one thing, as `verdict message`. */
export function about(findings: readonly Finding[], name: string): string[] {
  return findings.filter((one) => one.about === name).map(({ verdict, message }) => `${verdict} ${message}`);
}
