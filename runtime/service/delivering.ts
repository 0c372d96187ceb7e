import type { Rule } from '../../rules/rule.js';
import type { Clock } from '../clock.js';
import { DeliveryDesk } from '../delivery/delivery-desk.js';
import { LevelDesk } from '../delivery/level-desk.js';
import type { Delivery } from '../delivery/notice.js';
import { Notifier } from '../delivery/notifier.js';
import type { Receiver } from '../delivery/receiver.js';
import type { DeliveryReport } from '../delivery/receiver-queue.js';
import type { EngineClock } from '../intake/engine-clock.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger, Recovery } from '../storage/ledger.js';
import { GivenUpAlerts } from './given-up-alerts.js';
import type { Log } from './log.js';
import type { StopStack } from './stop-stack.js';
import type { SystemReporter } from './system-reporter.js';

export interface DeliveringOptions {
  readonly configuration: Configuration;
  readonly rules: readonly Rule[];
  readonly receivers: readonly Receiver[];
  readonly ledger: Ledger;
  readonly recovery: Recovery;
  readonly engineClock: EngineClock;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly system: SystemReporter;
  readonly stack: StopStack;
}

export interface Delivering {
  readonly notifier: Notifier;
  readonly desk: DeliveryDesk;
  readonly givenUp: GivenUpAlerts;
  readonly levels: LevelDesk;
}

/** What is left of the 2 s of a stop for attempts to deliver. */
const DELIVERY_GRACE_MS = 1_200;

/** Goes on with what was owed when the program ended, and takes what comes. */
export function startDelivering(options: DeliveringOptions): Delivering {
  const { configuration, rules, receivers, ledger, recovery, engineClock, clock, random, log, stack } =
    options;
  const notifier = new Notifier({
    rules,
    configuration,
    episodes: recovery.episodes,
    agenda: recovery.agenda,
    offset: engineClock.offset(),
    onUnrouted: (rule) => {
      if (configuration.receivers.length > 0)
        log.warn(`alerts of ${rule} go to nobody: add a route, or \`notify\` to the rule`);
    },
  });
  const givenUp = new GivenUpAlerts(clock, options.system);
  const report = reportTo(log, options.system, givenUp);
  const levels = new LevelDesk({ clock, report });
  levels.show(notifier.levels);
  stack.push(() => levels.stop());
  const desk = new DeliveryDesk({
    receivers,
    outbox: { record: (id, progress) => ledger.progress(id, progress) },
    clock,
    now: () => engineClock.now(),
    random,
    report,
    queuedMax: configuration.limits.outbox,
    queued: recovery.queued,
    failing: recovery.episodes.flatMap(({ last }) =>
      last.rule === 'tocsin/receiver-failing' ? [last.labels['receiver'] ?? ''] : [],
    ),
  });
  stack.push(async () => {
    await desk.stop(DELIVERY_GRACE_MS);
    const { queued } = desk;
    if (queued > 0)
      log.info(
        `${queued} ${queued === 1 ? 'notice waits' : 'notices wait'} for the next start to be delivered`,
      );
  });
  stack.push(() => givenUp.stop());
  return { notifier, desk, givenUp, levels };
}

function reportTo(log: Log, system: SystemReporter, givenUp: GivenUpAlerts): DeliveryReport {
  return {
    failing: (receiver, reason) => log.warn(`${receiver} could not be told: ${reason}; trying again`),
    unreachable: (receiver, reason) =>
      system.raise({
        id: 'receiver-failing',
        labels: { receiver },
        message: `${receiver} cannot be told: ${reason}`,
      }),
    recovered: (receiver) => {
      log.info(`${receiver} can be told again`);
      const message = `${receiver} can be told again`;
      system.resolve({ id: 'receiver-failing', labels: { receiver }, message });
    },
    givenUp: ({ notice }, state, reason) => {
      const message = `${notice.receiver} was not told that ${aboutOf(notice)}: ${reason}`;
      log.error(message);
      // Or two receivers that take nothing would tell each other of that for ever.
      if (notice.kind === 'system') return;
      givenUp.raise(state === 'expired' ? 'notification-expired' : 'dead-letter', notice.receiver, message);
    },
  };
}

function aboutOf({ kind, alerts }: Delivery['notice']): string {
  const rules = alerts.map(({ event }) => [event.rule, ...Object.values(event.labels)].join(' ')).join(', ');
  return `${rules} is ${kind}`;
}
