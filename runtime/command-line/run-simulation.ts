import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { StopStack } from '../service/stop-stack.js';
import { CannotClear, clearData } from '../simulation/clear-data.js';
import { MqttSender } from '../simulation/mqtt-sender.js';
import { runPressLine } from '../simulation/press-line/run-press-line.js';
import { simulationFolder } from '../simulation/simulated-configuration.js';
import { SimulationScreen, type Tone } from '../simulation/simulation-screen.js';
import { introduction, whereNext } from '../simulation/simulation-texts.js';
import { Witnesses } from '../simulation/witnesses.js';
import { loadSite, type Site } from '../site/load-site.js';
import { CannotRun, EXIT, type Io, type OutputStream } from './command.js';
import { issueReport } from './issue-report.js';
import { programName } from './program-name.js';
import { configurationOf, startSite } from './start-site.js';
import { stopSignal } from './stop-signal.js';
import { styleFor } from './style.js';

export interface SimulationOptions {
  /** The site's. */
  readonly folder: string;
  readonly seed: number;
  /** 2: twice as fast. */
  readonly speed: number;
}

/** When it says where to look next: a few alerts are there by then, and nobody has left yet. */
const HINT_MS = 30_000;

/** Runs a site together with made-up presses, and shows what happens, until a signal to stop; gives the exit code. */
export async function runSimulation(options: SimulationOptions, io: Io): Promise<number> {
  const site = await loadSite(options.folder);
  if (site.issues.length > 0) io.stderr.write(issueReport(site.issues, site.files, styleFor(io.stderr)));
  const stack = new StopStack();
  try {
    await simulate(site, options, io, stack);
  } finally {
    await stack.stop();
  }
  return EXIT.ok;
}

async function simulate(site: Site, options: SimulationOptions, io: Io, stack: StopStack): Promise<void> {
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const configuration = configurationOf(site);
  const screen = new SimulationScreen({
    stream: io.stderr,
    timezone: configuration.timezone,
    rules: site.rules,
    paint: painterFor(io.stderr),
  });
  const witnesses = new Witnesses({ folder: site.folder, configuration, screen });
  stack.push(() => witnesses.stop());
  clearDataOrStop(join(site.folder, simulationFolder(configuration)));
  const adjust = await witnesses.start();
  const service = await startSite(site, io, { alertLines: screen, adjust });
  stack.push(() => service.stop());
  const broker = `mqtt://${service.mqtt}`;
  await witnesses.listen(broker);
  const sender = await MqttSender.connect({ url: broker, qos: 1 });
  stack.push(() => sender.end());
  const begun = { site, configuration, simulated: adjust(configuration), broker };
  screen.text(introduction(begun));
  const hint = systemClock.schedule(HINT_MS, () => screen.text(whereNext(begun, programName(io.env))));
  stack.push(() => hint.cancel());

  const send = sender.send.bind(sender);
  await runPressLine({ ...options, send, clock: systemClock, signal: stop.signal });
  await stack.stop();
  const { mails, webhooks } = witnesses;
  const counts = [
    counted(sender.sent, 'message'),
    counted(screen.alerts, 'alert'),
    counted(mails, 'mail'),
    counted(webhooks, 'webhook'),
  ];
  screen.text(['', `stopped: ${counts.join(', ')}`]);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function clearDataOrStop(folder: string): void {
  try {
    clearData(folder);
  } catch (error) {
    throw error instanceof CannotClear ? new CannotRun(error.message, { cause: error }) : error;
  }
}

const FORMATS = {
  critical: ['red', 'bold'],
  warning: ['yellow', 'bold'],
  info: ['cyan', 'bold'],
  resolved: ['green', 'bold'],
  quiet: ['dim'],
  strong: ['bold'],
} as const satisfies Record<Tone, readonly string[]>;

function painterFor(stream: OutputStream): (tone: Tone, text: string) => string {
  const style = styleFor(stream);
  return (tone, text) => style([...FORMATS[tone]], text);
}
