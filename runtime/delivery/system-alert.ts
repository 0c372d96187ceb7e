/** Rules of this form stand for what the program has to say about itself. */
const PREFIX = 'tocsin/';

/** Is this the rule of an alert of the program about itself? There is no rule file for it. */
export function isSystemRule(rule: string): boolean {
  return rule.startsWith(PREFIX);
}

/** `A receiver cannot be told`: what stands above a system alert. */
export function systemAlertTitle(rule: string): string {
  return TITLES.get(rule.slice(PREFIX.length)) ?? rule;
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['across', 'An `across` is unknown'],
  ['connection-down', 'The connection to a broker is down'],
  ['input-silent', 'An input is silent'],
  ['device-offline', 'A device is offline'],
  ['storage-degraded', 'Nothing can be stored'],
  ['disk', 'The disk is nearly full'],
  ['receiver-failing', 'A receiver cannot be told'],
  ['notification-expired', 'A notice expired before it was delivered'],
  ['dead-letter', 'A notice was given up on'],
  ['file-invalid', 'A file of the site has errors'],
  ['function-failed', 'A function of the site failed'],
  ['rules-missing', 'All rule files are gone'],
  ['data-missing', 'The database was deleted or moved'],
  ['kind-changed', 'A sensor sends another kind of value'],
  ['clock-step', 'The clock was set'],
  ['model-stale', 'A model is out of date'],
  ['instances', 'A rule has too many instances'],
  ['series', 'There are too many series'],
  ['loop-lag', 'The program does not keep up'],
  ['started', 'The program was started'],
]);
