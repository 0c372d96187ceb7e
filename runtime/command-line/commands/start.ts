import { systemClock } from '../../clock.js';
import { AlertLines, type Tone } from '../../service/alert-lines.js';
import { CannotStart } from '../../service/cannot-start.js';
import { createLog } from '../../service/log.js';
import { type Service, startService } from '../../service/service.js';
import { loadSite, type Site } from '../../site/load-site.js';
import { CannotRun, type Command, EXIT, type Io, type OutputStream, SiteHasErrors } from '../command.js';
import { issueReport } from '../issue-report.js';
import { parseOptions } from '../options.js';
import { styleFor } from '../style.js';
import { programVersion } from '../version.js';

export const startCommand: Command = {
  help: `Run the site: take messages in, evaluate its rules, tell its receivers.

Usage: tocsin start [--site DIR]

  --site DIR   the folder with tocsin.json and rules/ (default: the current one)

Without tocsin.json the program is its own MQTT broker on 127.0.0.1:1883.
When it listens and evaluates, one line goes to stdout:

  ready mqtt=127.0.0.1:1883 pid=4711

Alerts and messages go to stderr. Rules with errors are shown and left out; the
others run. SIGTERM and SIGINT (Ctrl-C) stop it within 2 s.

Examples:
  tocsin start --site plant
  mosquitto_pub -t factory/l1/m1/temperature -m 85    # try it out
`,

  async run(args, io) {
    const { values } = parseOptions(args, { site: { type: 'string', default: '.' } });
    const site = await loadSite(values.site);
    if (site.issues.length > 0) io.stderr.write(issueReport(site.issues, site.files, styleFor(io.stderr)));
    const stopping = stopSignal();
    const service = await start(site, io);
    const mqtt = service.mqtt === null ? '' : ` mqtt=${service.mqtt}`;
    io.stdout.write(`ready${mqtt} pid=${process.pid}\n`);
    await stopping;
    await service.stop();
    return EXIT.ok;
  },
};

async function start({ folder, configuration, rules }: Site, io: Io): Promise<Service> {
  if (configuration === null) throw new SiteHasErrors('tocsin.json has errors');
  const { timezone } = configuration;
  const { format } = configuration.log;
  const log = createLog({ ...configuration.log, stream: io.stderr, clock: systemClock, timezone });
  const alertLines = new AlertLines({
    stream: io.stderr,
    format,
    timezone,
    width: widthOf(io.stderr),
    paint: painterFor(io.stderr),
  });
  try {
    const service = await startService({
      folder,
      configuration,
      rules,
      env: io.env,
      version: programVersion(),
      clock: systemClock,
      random: Math.random,
      log,
      alertLines,
    });
    if (rules.length === 0) log.warn(`there are no rules: rule files belong into ${folder}/rules/`);
    return service;
  } catch (error) {
    throw error instanceof CannotStart ? new CannotRun(error.message, { cause: error }) : error;
  }
}

const WIDTH = 80;

function widthOf({ isTTY, columns }: OutputStream): number {
  return isTTY === true && columns !== undefined ? columns : WIDTH;
}

const COLOUR = { critical: 'red', warning: 'yellow', info: 'cyan', resolved: 'green' } as const;

function painterFor(stream: OutputStream): (tone: Tone, text: string) => string {
  const style = styleFor(stream);
  return (tone, text) => style([COLOUR[tone], 'bold'], text);
}

/** Resolves at the first signal to stop; a second one ends the process at once, as signals do. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
