import { join } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import type { Site } from '../site/load-site.js';
import { loopbackWebhooks } from './witnesses.js';

/** What is going to happen, and where it can be seen. */
export function introduction({ folder, rules }: Site, configuration: Configuration, mqtt: string): string[] {
  const { mail } = configuration;
  const places: [string, string][] = [
    ['site', folder],
    ['broker', mqtt],
    ['rules', `${join(folder, 'rules')} (${rules.length})`],
    ...(mail?.kind === 'folder' ? [['mails', join(folder, mail.folder)] satisfies [string, string]] : []),
    ...loopbackWebhooks(configuration).map((url): [string, string] => ['webhook', `${url}, answered here`]),
  ];
  return [
    '',
    'Tocsin watches six presses on two lines. They are made up, all else is real.',
    '',
    ...places.map(([name, place]) => `  ${name.padEnd(8)}  ${place}`),
    '',
    'What goes wrong with them shows below, within seconds. Ctrl-C stops.',
    '',
  ];
}

/** After the first alerts: what to read, and what to try. */
export function whereNext({ folder, files, rules }: Site, { mail }: Configuration): string[] {
  const rule = files.rules.find(({ path }) => path.endsWith('bearing-wear.json')) ?? files.rules[0];
  const rows: [string, string][] = [
    ['the rule behind an alert', rule === undefined ? join(folder, 'rules') : join(folder, rule.path)],
    ...(mail?.kind === 'folder' ? [['a mail', join(folder, mail.folder)] satisfies [string, string]] : []),
    ['find mistakes in rules', `npx tocsin check --site ${folder}`],
    ['run the tests of the rules', `npx tocsin test --site ${folder}`],
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
