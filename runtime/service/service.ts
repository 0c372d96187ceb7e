import { connectBroker } from '../../firmware-bridge/broker-connection.js';
import { EMBEDDED } from '../../firmware-bridge/embedded-broker.js';
import type { Accept } from '../../firmware-bridge/received-message.js';
import { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import { createEngine } from '../../rules/create-engine.js';
import type { Rule } from '../../rules/rule.js';
import type { Clock } from '../clock.js';
import { DeliveryDesk } from '../delivery/delivery-desk.js';
import type { Delivery } from '../delivery/notice.js';
import { Notifier } from '../delivery/notifier.js';
import { MemoryOutbox } from '../delivery/outbox.js';
import type { Receiver } from '../delivery/receiver.js';
import type { DeliveryReport } from '../delivery/receiver-queue.js';
import { EngineClock } from '../intake/engine-clock.js';
import { EngineTimer } from '../intake/engine-timer.js';
import { Intake } from '../intake/intake.js';
import { OffsetWatch } from '../intake/offset-watch.js';
import { Redeliveries } from '../intake/redeliveries.js';
import { TopicTable } from '../intake/topic-table.js';
import type { Configuration } from '../site/configuration.js';
import type { AlertLines } from './alert-lines.js';
import { buildReceivers } from './build-receivers.js';
import { CannotStart } from './cannot-start.js';
import { MemoryLedger } from './ledger.js';
import { listen } from './listen.js';
import type { Log } from './log.js';
import { Pipeline } from './pipeline.js';
import { rejectionText } from './rejection-text.js';
import { Secrets } from './secrets.js';
import { StopStack } from './stop-stack.js';

export interface ServiceOptions {
  /** The site's. */
  readonly folder: string;
  readonly configuration: Configuration;
  readonly rules: readonly Rule[];
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

/** What is left of the 2 s for attempts to deliver. */
const DELIVERY_GRACE_MS = 1_200;

/** Packets hold more than their payload: a topic of at most 65,535 bytes, two lengths and properties. */
const PACKET_OVERHEAD_BYTES = 66_000;

/** Unacknowledged messages that one client, or one broker, may have under way. */
const WINDOW = { embedded: 64, connection: 1_024 } as const;

/**
 * Builds and starts everything, in the order in which things need each other; stops it in reverse. If a part cannot
 * start, those before it are stopped again.
 *
 * @throws {CannotStart} a secret is missing, a port taken
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { configuration, log } = options;
  const secrets = new Secrets(options);
  const receivers = buildReceivers({ ...options, secrets });
  const passwords = configuration.connections.map(({ name, password }) =>
    password === null ? null : secrets.fetch(`mqtt.connections (${name}).password`, password),
  );
  if (secrets.problems.length > 0) throw new CannotStart(secrets.problems.join('\n'));

  const stack = new StopStack();
  try {
    const counters = new RejectionCounters();
    const accept = startEvaluating(options, { receivers, counters, stack });
    const packetBytesMax = configuration.limits.payloadBytes + PACKET_OVERHEAD_BYTES;
    const mqtt = await startListening(options, { accept, counters, packetBytesMax, stack });
    const { random } = options;
    const connections = await Promise.all(
      configuration.connections.map((connection, index) => {
        const password = passwords[index]?.reveal() ?? null;
        return connectBroker({ ...connection, password, packetBytesMax, accept, log, random });
      }),
    );
    stack.push(async () => {
      await Promise.all(connections.map((connection) => connection.stop()));
    });
    return { mqtt, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

interface Parts {
  readonly counters: RejectionCounters;
  readonly stack: StopStack;
}

/** Everything behind the intake: from here on time passes for the rules, and what is accepted is evaluated. */
function startEvaluating(options: ServiceOptions, parts: Parts & { receivers: readonly Receiver[] }): Accept {
  const { configuration, rules, clock, log, alertLines } = options;
  const { counters, stack, receivers } = parts;
  const { limits } = configuration;
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  const outbox = new MemoryOutbox();
  const desk = startDelivering(options, { receivers, outbox, engineClock, stack });
  const timer = new EngineTimer({ clock, engineClock }, () => pipeline.advance());
  const watch = new OffsetWatch({ clock, engineClock }, (offset) => {
    log.warn(`the clock was set, it is now ${offset} ms from where the program's own stands`);
    pipeline.setOffset(offset);
  });
  const pipeline = new Pipeline({
    engine: createEngine({ rules }),
    engineClock,
    offset: watch.offset,
    redeliveries: new Redeliveries({
      sessions: limits.connections,
      messagesOf: (source) => (source === EMBEDDED ? WINDOW.embedded : WINDOW.connection),
    }),
    intake: new Intake({
      topics: new TopicTable({ rules, payloads: configuration.payloads, seriesMax: limits.series }),
      payloadBytesMax: limits.payloadBytes,
      maxSkewMs: configuration.maxSkewMs,
      maxBackfillMs: configuration.maxBackfillMs,
      counters,
      onFirstRejection: (rejection) => log.warn(rejectionText(rejection)),
    }),
    notifier: notifierOf(options),
    ledger: new MemoryLedger(outbox),
    counters,
    show: (event) => alertLines.show(event),
    send: (deliveries) => desk.send(deliveries),
    wakeAt: (deadline) => timer.watch(deadline),
  });
  stack.push(() => timer.stop());
  watch.start();
  stack.push(() => watch.stop());
  return (message) => pipeline.accept(message);
}

function notifierOf({ configuration, rules, log }: ServiceOptions): Notifier {
  return new Notifier({
    rules,
    configuration,
    episodes: [],
    agenda: [],
    onUnrouted: (rule) => {
      if (configuration.receivers.length > 0)
        log.warn(`alerts of ${rule} go to nobody: add a route, or \`notify\` to the rule`);
    },
  });
}

interface DeliveryParts {
  readonly receivers: readonly Receiver[];
  readonly outbox: MemoryOutbox;
  readonly engineClock: EngineClock;
  readonly stack: StopStack;
}

function startDelivering(options: ServiceOptions, parts: DeliveryParts): DeliveryDesk {
  const { configuration, clock, random, log } = options;
  const { receivers, outbox, engineClock, stack } = parts;
  const desk = new DeliveryDesk({
    receivers,
    outbox,
    clock,
    now: () => engineClock.now(),
    random,
    report: reportTo(log),
    queuedMax: configuration.limits.outbox,
    queued: [],
    failing: [],
  });
  stack.push(async () => {
    await desk.stop(DELIVERY_GRACE_MS);
    const { queued } = outbox.counts;
    if (queued > 0)
      log.warn(`${queued} ${queued === 1 ? 'notice was' : 'notices were'} not delivered before the stop`);
  });
  return desk;
}

function reportTo(log: Log): DeliveryReport {
  return {
    failing: (receiver, reason) => log.warn(`${receiver} could not be told: ${reason}; trying again`),
    unreachable: () => undefined,
    recovered: (receiver) => log.info(`${receiver} can be told again`),
    givenUp: ({ notice }: Delivery, _state, reason) =>
      log.error(`${notice.receiver} was not told that ${aboutOf(notice)}: ${reason}`),
  };
}

function aboutOf({ kind, alerts }: Delivery['notice']): string {
  const rules = alerts.map(({ event }) => [event.rule, ...Object.values(event.labels)].join(' ')).join(', ');
  return `${rules} is ${kind}`;
}

async function startListening(
  { configuration, log }: ServiceOptions,
  { accept, counters, packetBytesMax, stack }: Parts & { accept: Accept; packetBytesMax: number },
): Promise<string | null> {
  if (configuration.embedded === null) return null;
  const connectionsMax = configuration.limits.connections;
  const broker = await listen(configuration.embedded, {
    accept,
    counters,
    packetBytesMax,
    connectionsMax,
    log,
  });
  stack.push(() => broker.stop());
  return `${broker.host.includes(':') ? `[${broker.host}]` : broker.host}:${broker.port}`;
}
