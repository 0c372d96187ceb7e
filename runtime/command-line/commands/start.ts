import { CannotRestore, finishRestore } from '../../backup/restore-moves.js';
import { AlertLines, type Tone } from '../../service/alert-lines.js';
import { loadSiteOrEmptied } from '../../site/emptied-site.js';
import type { Site } from '../../site/load-site.js';
import { WorkerStore } from '../../storage/worker-store.js';
import { CannotRun, type Command, EXIT, type Io, type OutputStream } from '../command.js';
import { issueReport } from '../issue-report.js';
import { parseOptions } from '../options.js';
import { configurationOf, startSite, withLastGoodConfiguration } from '../start-site.js';
import { stopSignal } from '../stop-signal.js';
import { styleFor } from '../style.js';
import { letYoungHeapGrow } from '../young-heap.js';

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
    const store = new WorkerStore();
    store.begin();
    await finishInterruptedRestore(values.site, io);
    const found = await loadSiteOrEmptied(values.site);
    if (found.issues.length > 0) io.stderr.write(issueReport(found.issues, found.files, styleFor(io.stderr)));
    const site = await withLastGoodConfiguration(found, io);
    const stopping = stopSignal();
    letYoungHeapGrow();
    const service = await startSite(site, io, { alertLines: alertLines(site, io), store });
    const mqtt = service.mqtt === null ? '' : ` mqtt=${service.mqtt}`;
    io.stdout.write(`ready${mqtt} pid=${process.pid}\n`);
    await stopping;
    await service.stop();
    return EXIT.ok;
  },
};

/** A site that is half one and half another must not run. */
async function finishInterruptedRestore(site: string, { stderr }: Io): Promise<void> {
  const finished = await finishRestore(site).catch((error: unknown) => {
    throw error instanceof CannotRestore ? new CannotRun(error.message, { cause: error }) : error;
  });
  if (finished !== null) stderr.write('a restore that was interrupted is finished\n');
}

function alertLines(site: Site, { stderr }: Io): AlertLines {
  const { timezone, log } = configurationOf(site);
  return new AlertLines({
    stream: stderr,
    format: log.format,
    timezone,
    width: widthOf(stderr),
    paint: painterFor(stderr),
  });
}

const TERMINAL_WIDTH = 80;

/** A file and the journal of the system keep whole lines: who searches them later has nothing else. */
function widthOf({ isTTY, columns }: OutputStream): number {
  return isTTY === true ? (columns ?? TERMINAL_WIDTH) : Number.POSITIVE_INFINITY;
}

const COLOUR = { critical: 'red', warning: 'yellow', info: 'cyan', resolved: 'green' } as const;

function painterFor(stream: OutputStream): (tone: Tone, text: string) => string {
  const style = styleFor(stream);
  return (tone, text) => style([COLOUR[tone], 'bold'], text);
}
