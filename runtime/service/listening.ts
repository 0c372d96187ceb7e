import { type BrokerConnection, connectBroker } from '../../firmware-bridge/broker-connection.js';
import type { BrokerLimits, EmbeddedBroker } from '../../firmware-bridge/embedded-broker.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { Clock } from '../clock.js';
import type { LevelPublisher } from '../delivery/level-desk.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger } from '../storage/ledger.js';
import type { Delivering } from './delivering.js';
import type { Evaluation } from './evaluation.js';
import { every } from './every.js';
import { listen } from './listen.js';
import type { Log } from './log.js';
import type { StopStack } from './stop-stack.js';
import { ViewPublisher } from './view-publisher.js';

export interface ListeningOptions {
  readonly configuration: Configuration;
  /** Of the connections, by place. */
  readonly passwords: readonly (string | null)[];
  readonly evaluation: Evaluation;
  readonly delivering: Pick<Delivering, 'levels'>;
  readonly ledger: Ledger;
  readonly counters: RejectionCounters;
  readonly log: Log;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly stack: StopStack;
}

/** The ways by which messages come. */
export interface Listening {
  /** `null`: only connections to other brokers. */
  readonly broker: EmbeddedBroker | null;
  readonly connections: readonly BrokerConnection[];
}

/** How often it is looked whether a row is to be published. */
const VIEWS_MS = 1_000;

/** Packets hold more than their payload: a topic of at most 65,535 bytes, two lengths and properties. */
const PACKET_OVERHEAD_BYTES = 66_000;

export function brokerLimits({ limits }: Configuration): BrokerLimits {
  return {
    connectionsMax: limits.connections,
    packetBytesMax: limits.payloadBytes + PACKET_OVERHEAD_BYTES,
    clientRate: limits.clientRate,
  };
}

/** Opens the doors: what comes from here on is evaluated and kept. */
export async function startListening(options: ListeningOptions): Promise<Listening> {
  const { configuration, passwords, evaluation, delivering, ledger, counters, log, random, stack } = options;
  const { pipeline, connections: watch } = evaluation;
  const limits = brokerLimits(configuration);
  const taking = {
    accept: pipeline.accept.bind(pipeline),
    // A disk that takes nothing at all holds nobody back: what cannot be kept is evaluated all the same.
    whenReady: () => (ledger.isFull && ledger.state === 'ok' ? ledger.drained() : undefined),
    packetBytesMax: limits.packetBytesMax,
    counters,
    log,
  };
  const broker =
    configuration.embedded === null ? null : await listen(configuration.embedded, { ...taking, ...limits });
  if (broker !== null) stack.push(() => broker.stop());
  let views: ViewPublisher | null = null;
  const onState = (name: string, isUp: boolean) => {
    watch.changed(name, isUp);
    if (!isUp) return;
    delivering.levels.connected(name);
    views?.begin();
  };
  const connections = await Promise.all(
    configuration.connections.map((connection, index) =>
      connectBroker({
        ...connection,
        ...taking,
        ownStored: delivering.levels.keptBy(connection.name),
        password: passwords[index] ?? null,
        random,
        onState,
      }),
    ),
  );
  stack.push(async () => {
    await Promise.all(connections.map((connection) => connection.stop()));
  });
  const publishers = new Map<string | null, LevelPublisher>(connections.map((one) => [one.name, one]));
  if (broker !== null) publishers.set(null, broker);
  delivering.levels.begin(publishers);
  const rows = new ViewPublisher({
    engine: evaluation.engine,
    plan: () => evaluation.plan,
    publishers: [...publishers.values()],
  });
  rows.begin();
  views = rows;
  stack.push(every(options.clock, VIEWS_MS, () => rows.look()));
  return { broker, connections };
}
