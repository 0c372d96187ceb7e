import { EMBEDDED } from '../../firmware-bridge/broker-rejections.js';
import { alertView } from '../control/alert-view.js';
import type { ConnectionView, RejectionView, StatusView } from '../control/control-views.js';
import { isSystemRule } from '../delivery/system-alert.js';
import { type Accounting, NOTHING_RAISED } from '../storage/accounting.js';
import { addressOf } from './address-of.js';
import type { ServiceParts } from './service-target.js';

/** How the running service is doing. @param startedAt epoch ms */
export async function serviceStatus(parts: ServiceParts, startedAt: number): Promise<StatusView> {
  const { configuration, version, evaluation, ledger, queries, changes } = parts;
  const { engine, engineClock, pipeline } = evaluation;
  // A database that cannot be read is when people ask most: the rest is known without it.
  const [alerts, outbox, size, accounting] = await Promise.all([
    queries.alerts().catch(() => []),
    queries.outbox().catch(() => ({ queued: parts.delivering.desk.queued, oldest: null, dead: 0 })),
    queries.size().catch(() => ({ journalBytes: 0, commits: 0 })),
    queries.accounting().catch(() => NOTHING_RAISED),
  ]);
  const now = engineClock.now();
  const oldest = outbox.oldest?.delivery.createdAt;
  return {
    gateway: configuration.gateway,
    version,
    pid: process.pid,
    startedAt,
    ready: true,
    connections: connectionsOf(parts, startedAt),
    intake: {
      messages: engine.counters.messages,
      readings: engine.counters.readings,
      rejected: rejectedOf(parts),
      samples: samplesOf(parts),
    },
    engine: {
      rules: evaluation.plan.rules.filter(({ enabled }) => enabled).length,
      instances: engine.counters.instances,
      time: engine.time + pipeline.offset,
      lagMs: Math.max(0, now - Math.min(now, engine.nextDeadline())),
      warming: evaluation.warming,
    },
    storage: {
      mode: configuration.durability,
      degraded: ledger.state === 'degraded',
      journalBytes: size.journalBytes,
      historyBytes: parts.history.bytes,
      commits: size.commits,
    },
    outbox: {
      queued: outbox.queued,
      oldestMs: oldest === undefined ? null : Math.max(0, now - oldest),
      dead: outbox.dead,
    },
    accounting: withWaiting(accounting, parts.delivering.notifier.waiting),
    files: changes.views,
    system: alerts.map(alertView).filter(({ rule }) => isSystemRule(rule)),
  };
}

/** What is going to be told with others or after a while is owed already, though it is in no outbox yet. */
function withWaiting(accounting: Accounting, waiting: number): Accounting {
  return { ...accounting, raised: accounting.raised + waiting, queued: accounting.queued + waiting };
}

function connectionsOf(
  { listening, evaluation }: Pick<ServiceParts, 'listening' | 'evaluation'>,
  startedAt: number,
): ConnectionView[] {
  const { broker, connections } = listening;
  const own: ConnectionView[] =
    broker === null
      ? []
      : [
          {
            name: EMBEDDED,
            address: addressOf(broker),
            state: 'up',
            since: startedAt,
            clients: broker.clients,
            lastError: null,
          },
        ];
  const others = connections.map(({ name, address, problem }): ConnectionView => {
    const { isUp, since } = evaluation.connections.stateOf(name);
    return { name, address, state: isUp ? 'up' : 'down', since, clients: null, lastError: problem };
  });
  return [...own, ...others];
}

/** What the intake, the brokers, the engine and history did not take, by reason. */
function rejectedOf({ counters, evaluation, history }: ServiceParts): Record<string, number> {
  const rejected: Record<string, number> = {};
  for (const { reason, count } of counters.list()) rejected[reason] = (rejected[reason] ?? 0) + count;
  const { rejected: values, late, refusedInstances } = evaluation.engine.counters;
  const others = { ...values, late, instances: refusedInstances, series: history.refused };
  for (const [reason, count] of Object.entries(others)) {
    if (count > 0) rejected[reason] = (rejected[reason] ?? 0) + count;
  }
  return rejected;
}

function samplesOf({ counters }: Pick<ServiceParts, 'counters'>): RejectionView[] {
  return counters
    .list()
    .flatMap(({ source, reason, lastAt, sample }) =>
      sample === null ? [] : [{ source, reason, lastAt, ...sample }],
    );
}
