import { BlockList, isIP } from 'node:net';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import type { Document, Path, Problem } from '../../rules/format/document.js';
import { SEVERITIES } from '../../rules/rule.js';
import { audienceOf } from '../formats/format-names.js';
import type { ConfigurationShape } from './configuration-shape.js';

/** Reports what the shape of `tocsin.json` alone cannot tell: names that mean nothing and keys that contradict each other. */
export function checkConfiguration(shape: ConfigurationShape, document: Document): void {
  const report = (path: Path, problem: Problem) => document.report(document.at(path), problem);
  checkListener(shape, report);
  checkConnections(shape, report);
  checkReceivers(shape, report);
  checkMail(shape, report);
  checkRoutes(shape, report);
}

type Report = (path: Path, problem: Problem) => void;

function checkListener({ mqtt: { embedded } }: ConfigurationShape, report: Report): void {
  if (embedded === undefined) return;
  if (!isLoopback(embedded.host)) {
    report(['mqtt', 'embedded', 'host'], {
      code: 'not-supported-yet',
      message: `Others than this computer could connect to ${embedded.host} without a password: a listener there needs users, which are not built yet.`,
      hint: 'Listen on "127.0.0.1", or connect to a broker that has users (`mqtt.connections`).',
    });
  }
  if (!embedded.anonymous) {
    report(['mqtt', 'embedded', 'anonymous'], {
      code: 'not-supported-yet',
      message: 'There are no users yet, so nobody could connect.',
      hint: 'Leave `anonymous` out.',
    });
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function checkConnections({ mqtt: { connections } }: ConfigurationShape, report: Report): void {
  const names = new Set<string>();
  for (const [index, { name, username, password, url }] of connections.entries()) {
    const at = ['mqtt', 'connections', index];
    if (names.has(name) || name === 'embedded') {
      report([...at, 'name'], {
        code: 'duplicate-id',
        message:
          name === 'embedded' ? '"embedded" is our own broker.' : `Two connections are named "${name}".`,
        hint: 'Give each connection a name of its own.',
      });
    }
    names.add(name);
    checkCredentials(at, { username, password }, report);
    if (new URL(url).password !== '') {
      report([...at, 'url'], {
        code: 'invalid-value',
        message: 'The URL holds a password.',
        hint: 'Give it by `username` and `password`: { "env": "NAME" } or { "file": "PATH" }.',
      });
    }
  }
}

function checkCredentials(
  at: Path,
  { username, password }: { username: string | undefined; password: unknown },
  report: Report,
): void {
  if (password === undefined || username !== undefined) return;
  report([...at, 'password'], {
    code: 'missing-key',
    message: 'There is a password but no `username`.',
  });
}

function checkReceivers({ receivers, smtp, mqtt }: ConfigurationShape, report: Report): void {
  for (const [name, receiver] of Object.entries(receivers)) {
    const at = ['receivers', name];
    const channels = (['email', 'webhook', 'mqtt'] as const).filter((key) => receiver[key] !== undefined);
    if (channels.length !== 1) {
      report(at, {
        code: channels.length === 0 ? 'no-subject' : 'two-subjects',
        message: `The receiver "${name}" must have ${channels.length === 0 ? '' : 'only one of '}\`email\`, \`webhook\` or \`mqtt\`.`,
      });
    }
    if (receiver.email !== undefined && smtp === undefined) {
      report([...at, 'email'], {
        code: 'missing-key',
        message: `The receiver "${name}" needs \`smtp\`, which says how mail is sent.`,
        hint: 'Add "smtp": { "host": "mail.plant.example", … }, or { "folder": "mail" } to try it out.',
      });
    }
    if (
      audienceOf({ kind: 'webhook', ...receiver.webhook }) === 'single' &&
      (receiver.flood ?? false) !== false
    ) {
      report([...at, 'flood'], {
        code: 'two-subjects',
        message: `The format "${receiver.webhook?.format}" takes one alert at a time: it cannot take the summary of a flood.`,
        hint: 'Leave `flood` out.',
      });
    }
    if (receiver.mqtt !== undefined && receiver.schedule !== undefined) {
      report([...at, 'schedule'], {
        code: 'two-subjects',
        message:
          'A level is on for as long as alerts fire, at any time: `schedule` has no meaning beside `mqtt`.',
        hint: 'Give the rules a schedule (`active`), or leave this out.',
      });
    }
    if (receiver.mqtt !== undefined) checkLevel([...at, 'mqtt'], receiver.mqtt.connection, mqtt, report);
  }
}

function checkLevel(
  at: Path,
  connection: string | undefined,
  { embedded, connections }: ConfigurationShape['mqtt'],
  report: Report,
): void {
  const names = connections.map(({ name }) => name);
  if (connection === undefined) {
    if (embedded !== undefined || names.length === 0) return;
    report(at, {
      code: 'missing-key',
      message: 'There is no embedded broker to publish to: `connection` must say where.',
      hint: `There are ${names.join(', ')}.`,
    });
  } else if (!names.includes(connection)) {
    const guess = didYouMean(connection, names);
    report([...at, 'connection'], {
      code: 'invalid-value',
      message: `There is no connection "${connection}" in \`mqtt.connections\`.`,
      hint: guess === null ? 'Leave it out for the embedded broker.' : `Did you mean "${guess}"?`,
    });
  }
}

function checkMail({ smtp }: ConfigurationShape, report: Report): void {
  if (smtp === undefined) return;
  if ((smtp.host === undefined) === (smtp.folder === undefined)) {
    report(['smtp'], {
      code: smtp.host === undefined ? 'missing-key' : 'two-subjects',
      message: 'Mail goes either to a server (`host`) or into a folder (`folder`).',
    });
  }
  checkCredentials(['smtp'], { username: smtp.username, password: smtp.password }, report);
}

function checkRoutes({ routes, receivers }: ConfigurationShape, report: Report): void {
  const names = Object.keys(receivers);
  if (names.length > 1 && routes.length === 0) {
    report(['receivers'], {
      code: 'nobody-told',
      severity: 'warning',
      message: 'There are several receivers but no routes: a rule without `notify` tells nobody.',
      hint: `Add "routes": [{ "to": ["${names[0]}"] }].`,
    });
  }
  let catchAll = -1;
  for (const [index, { match, to, escalate, continue: continues }] of routes.entries()) {
    if (catchAll >= 0) {
      report(['routes', index], {
        code: 'unreachable-route',
        message: `No alert comes here: route ${catchAll + 1} takes all.`,
        hint: 'Put routes that match everything last, or give them "continue": true.',
      });
      return;
    }
    checkNames(['routes', index, 'to'], to, names, report);
    for (const [step, { to: others }] of escalate.entries()) {
      checkNames(['routes', index, 'escalate', step, 'to'], others, names, report);
    }
    checkSeverities(index, match, report);
    if (Object.keys(match).length === 0 && !continues) catchAll = index;
  }
}

function checkNames(at: Path, receivers: readonly string[], names: readonly string[], report: Report): void {
  for (const [place, receiver] of receivers.entries()) {
    if (!names.includes(receiver)) report([...at, place], unknownReceiver(receiver, names));
  }
}

function checkSeverities(
  index: number,
  match: Readonly<Record<string, readonly string[]>>,
  report: Report,
): void {
  for (const severity of Object.hasOwn(match, 'severity') ? (match['severity'] ?? []) : []) {
    if (SEVERITIES.some((one) => one === severity)) continue;
    const guess = didYouMean(severity, SEVERITIES);
    report(['routes', index, 'match', 'severity'], {
      code: 'invalid-value',
      message: `There is no severity "${severity}".`,
      hint: guess === null ? `There are ${SEVERITIES.join(', ')}.` : `Did you mean "${guess}"?`,
    });
  }
}

/** For routes and for the `notify` of rules. */
export function unknownReceiver(receiver: string, names: readonly string[]): Problem {
  const guess = didYouMean(receiver, names);
  const known = names.length === 0 ? 'There are no receivers yet.' : `There are ${names.join(', ')}.`;
  return {
    code: 'unknown-receiver',
    message: `There is no receiver "${receiver}" in tocsin.json.`,
    hint: guess === null ? known : `Did you mean "${guess}"?`,
  };
}
