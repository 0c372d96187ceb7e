import { loadSite } from '../../site/load-site.js';
import { installUnit } from '../../systemd/install-unit.js';
import { NoUnit, unitFacts } from '../../systemd/unit-facts.js';
import {
  credentialSource,
  environmentPath,
  type UnitFacts,
  unitPath,
  unitText,
} from '../../systemd/unit-text.js';
import { CannotRun, type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { configurationOf } from '../start-site.js';
import { packageFolder } from '../version.js';

export const serviceCommand: Command = {
  help: `Write a unit for systemd, so that a site runs from boot on, in a sandbox.

Usage: tocsin service install [--site DIR] [--user NAME] [--name NAME] [--print]

  --site DIR    the site's folder (default: the current one)
  --user NAME   the account it runs as (default: the owner of the site's folder;
                if that is root, an account of its own, and then the data folder
                has to be /var/lib/NAME: "data": "/var/lib/tocsin")
  --name NAME   of the unit, where there are several (default: tocsin)
  --print       only print the unit

The program then reads its site and writes its data, opens sockets, and can do
little else. It is started again when it ends, whatever ended it. Writing takes
root; nothing is started or stopped: what to do next is printed.

Secrets in environment variables are read from /etc/default/NAME. A secret in
{ "file": "/run/credentials/NAME.service/mqtt" } is handed over by systemd from
/etc/NAME/credentials/mqtt, which only root has to be able to read.

Examples:
  tocsin service install --site /srv/plant --print
  sudo tocsin service install --site /srv/plant
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        user: { type: 'string' },
        name: { type: 'string', default: 'tocsin' },
        print: { type: 'boolean', default: false },
      },
      'install',
    );
    const [action, surplus] = positionals;
    if (action === undefined) throw new UsageError('what to do is missing, such as: tocsin service install');
    if (action !== 'install') throw new UsageError(`only install, not '${action}'`);
    if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
    for (const option of ['name', 'user'] as const) {
      const text = values[option];
      if (text !== undefined && !NAME.test(text)) {
        throw new UsageError(`--${option} must be of letters, digits, - and _, got '${text}'`);
      }
    }
    const facts = factsOrStop({
      name: values.name,
      folder: values.site,
      configuration: configurationOf(await loadSite(values.site)),
      user: values.user ?? null,
      node: process.execPath,
      packageFolder: packageFolder(),
    });
    if (values.print) io.stdout.write(unitText(facts));
    else install(facts, io);
    return EXIT.ok;
  },
};

/** As systemd and useradd take it. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,30}$/;

function factsOrStop(request: Parameters<typeof unitFacts>[0]): UnitFacts {
  try {
    return unitFacts(request);
  } catch (error) {
    throw error instanceof NoUnit ? new CannotRun(error.message, { cause: error }) : error;
  }
}

function install(facts: UnitFacts, io: Io): void {
  const path = unitPath(facts.name);
  try {
    installUnit(facts, path);
  } catch (error) {
    throw error instanceof NoUnit ? new CannotRun(error.message, { cause: error }) : error;
  }
  io.stdout.write(nextSteps(facts, path));
}

function nextSteps({ name, credentials, hasEnvironment }: UnitFacts, path: string): string {
  const before = [
    ...(hasEnvironment ? [`put the secrets into ${environmentPath(name)}, as NAME=value, mode 600`] : []),
    ...credentials.map((one) => `put the secret ${one} into ${credentialSource(name, one)}, mode 600`),
  ];
  const steps = [
    'systemctl daemon-reload',
    `systemctl enable --now ${name}`,
    `journalctl --unit ${name} --follow   # what it says`,
  ];
  const first = before.length === 0 ? '' : `\nFirst:\n\n${before.map((one) => `  ${one}\n`).join('')}`;
  return `${path} is written.\n${first}\nNext:\n\n${steps.map((one) => `  ${one}\n`).join('')}`;
}
