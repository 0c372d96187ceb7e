import { resolve } from 'node:path';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Rule } from '../../rules/rule.js';
import type { Clock } from '../clock.js';
import { spanText } from '../replay/story/span-text.js';
import { formatTime } from '../replay/time-text.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger, Recovery } from '../storage/ledger.js';
import { openLedger } from '../storage/open-ledger.js';
import type { AlertLines } from './alert-lines.js';
import { buildReceivers } from './build-receivers.js';
import { CannotStart } from './cannot-start.js';
import { type Delivering, startDelivering } from './delivering.js';
import { type Evaluation, startEvaluating } from './evaluation.js';
import { startListening } from './listening.js';
import type { Log } from './log.js';
import { Publication } from './publication.js';
import { Secrets } from './secrets.js';
import { StopStack } from './stop-stack.js';

export interface ServiceOptions {
  /** The site's. */
  readonly folder: string;
  readonly configuration: Configuration;
  readonly rules: readonly Rule[];
  /** What the rules were read from. */
  readonly files: readonly SourceFile[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  /** From 0 to below 1; spreads what would otherwise happen everywhere at once. */
  readonly random: () => number;
  readonly log: Log;
  readonly alertLines: Pick<AlertLines, 'show'>;
}

/** The running service: listening, evaluating, delivering. */
export interface Service {
  /** `127.0.0.1:1883`; `null`: there is no embedded broker. */
  readonly mqtt: string | null;
  /** Takes nothing more in, lets attempts to deliver that are under way end, and stops; within 2 s. */
  stop(): Promise<void>;
}

/**
 * Builds and starts everything, in the order in which things need each other; stops it in reverse. If a part cannot
 * start, those before it are stopped again.
 *
 * @throws {CannotStart} a secret is missing, a port taken, the data folder in use
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { configuration, log } = options;
  const secrets = new Secrets(options);
  const receivers = buildReceivers({ ...options, secrets });
  const passwords = configuration.connections.map(({ name, password }) =>
    password === null ? null : secrets.fetch(`mqtt.connections (${name}).password`, password).reveal(),
  );
  if (secrets.problems.length > 0) throw new CannotStart(secrets.problems.join('\n'));

  const stack = new StopStack();
  try {
    const late: Late = { evaluation: null };
    const { ledger, recovery } = await openData(options, late, stack);
    for (const problem of recovery.problems) log.error(problem);
    const counters = new RejectionCounters();
    const parts = { ...options, ledger, recovery, counters, stack };
    const evaluation = await startEvaluating({
      ...parts,
      publicationOf: (engineClock) => {
        const system = () => required(late).system;
        const delivering = startDelivering({ ...parts, receivers, engineClock, system });
        return publicationOf(options, delivering);
      },
    });
    late.evaluation = evaluation;
    const { broker } = await startListening({ ...parts, passwords, evaluation });
    tellStart(recovery, evaluation);
    return { mqtt: broker === null ? null : addressOf(broker), stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** What exists only after parts that may have to say something about it. */
interface Late {
  evaluation: Evaluation | null;
}

function required({ evaluation }: Late): Evaluation {
  if (evaluation === null) throw new Error('asked before everything was started');
  return evaluation;
}

const STORAGE_DEGRADED = { id: 'storage-degraded', labels: {} } as const;

async function openData(
  { folder, configuration, clock, log }: ServiceOptions,
  late: Late,
  stack: StopStack,
): Promise<{ ledger: Ledger; recovery: Recovery }> {
  const opened = await openLedger({
    folder: resolve(folder, configuration.dataFolder),
    durability: configuration.durability,
    clock,
    onDegraded: (reason) => {
      const message = `nothing can be stored: ${reason}; rules go on, QoS 1 is not acknowledged`;
      log.error(message);
      late.evaluation?.system.raise({ ...STORAGE_DEGRADED, message });
    },
    onRecovered: () => {
      const message = 'the disk takes what is to be stored again';
      log.info(message);
      late.evaluation?.system.resolve({ ...STORAGE_DEGRADED, message });
    },
    onResynchronise: () => late.evaluation?.resynchronise(),
    onProblem: (text) => log.warn(text),
  });
  stack.push(() => opened.ledger.close());
  return opened;
}

function publicationOf({ clock, alertLines }: ServiceOptions, { notifier, desk }: Delivering): Publication {
  return new Publication({
    clock,
    tell: (events, now) => notifier.tell(events, now),
    show: (event) => alertLines.show(event),
    send: (deliveries, isStored) => desk.send(deliveries, isStored),
  });
}

/** People hear of a start that nobody asked for: after a kill or a power cut. */
function tellStart({ stop, lastTime }: Recovery, { system, engineClock }: Evaluation): void {
  if (stop !== 'unclean') return;
  const since = formatTime(lastTime);
  const span = spanText(engineClock.now() - lastTime);
  const message = `started after it had been killed, or the power had gone: nothing was seen for ${span}, since ${since}`;
  system.tell({ id: 'started', labels: {}, message });
}

function addressOf({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
