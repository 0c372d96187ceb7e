import { join } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import type { Site } from '../site/load-site.js';
import { webhooksElsewhere, webhooksHere } from './simulated-configuration.js';

/** A simulation that is about to begin. */
export interface Begun {
  readonly site: Site;
  /** As the site has it. */
  readonly configuration: Configuration;
  /** As the simulation has it. */
  readonly simulated: Configuration;
  /** `mqtt://127.0.0.1:18830` */
  readonly broker: string;
}

/** What is going to happen, and where it can be seen. */
export function introduction({ site, configuration, simulated, broker }: Begun): string[] {
  const { folder, rules } = site;
  const { mail, dataFolder } = simulated;
  const others = configuration.connections.map(({ name }) => name).join(', ');
  const places: [string, string][] = [
    ['site', folder],
    ['broker', others === '' ? broker : `${broker}, instead of ${others}`],
    ['rules', `${join(folder, 'rules')} (${rules.length})`],
    ['data', `${join(folder, dataFolder)}, cleared`],
    ...(mail?.kind === 'folder' ? [['mails', join(folder, mail.folder)] satisfies [string, string]] : []),
    ...webhooksHere(configuration).map((url): [string, string] => ['webhook', `${url}, answered here`]),
    ...webhooksElsewhere(configuration).map((name): [string, string] => [
      'webhook',
      `${name}, answered here instead`,
    ]),
  ];
  return [
    '',
    'Tocsin watches six presses on two lines. They are made up, all else is real,',
    'and nothing leaves this computer.',
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(8)}  ${place}`),
    '',
    'What goes wrong with them shows below, within seconds. Ctrl-C stops.',
    '',
  ];
}

/** After the first alerts: what to read, and what to try. `tocsin`: how the program is called. */
export function whereNext({ site, simulated }: Begun, tocsin: string): string[] {
  const { folder, files, rules } = site;
  const { mail } = simulated;
  const ruleFiles = files.plan.filter(({ path }) => path.startsWith('rules/'));
  const rule = ruleFiles.find(({ path }) => path.endsWith('bearing-wear.json')) ?? ruleFiles[0];
  const rows: [string, string][] = [
    ['the rule behind an alert', rule === undefined ? join(folder, 'rules') : join(folder, rule.path)],
    ...(mail?.kind === 'folder' ? [['a mail', join(folder, mail.folder)] satisfies [string, string]] : []),
    ['what fires now', `${tocsin} alerts --site ${folder}`],
    ['find mistakes in rules', `${tocsin} check --site ${folder}`],
    ['run the tests of the rules', `${tocsin} test --site ${folder}`],
    ['begin a site of your own', `${tocsin} init plant`],
    ['all that rules can say', 'docs/rules.md'],
  ];
  const line = (text: string) => `── ${text} ${'─'.repeat(76 - text.length)}`;
  return [
    '',
    line(`Where to look next, while ${rules.length} rules go on`),
    ...rows.map(([what, where]) => `  ${what.padEnd(27)} ${where}`),
    '─'.repeat(80),
    '',
  ];
}
