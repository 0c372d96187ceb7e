import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { Command } from '../../rules/engine.js';
import type { Clock } from '../clock.js';
import { alertView } from '../control/alert-view.js';
import type {
  CommandOutcome,
  ControlTarget,
  DeliveryFilter,
  InstanceView,
  MarkOutcome,
  NotifyTestOutcome,
  ReloadOutcome,
  RetryOutcome,
} from '../control/control-target.js';
import type { AlertView, DeliveryView, ExplanationView, StatusView } from '../control/control-views.js';
import { deliveryView } from '../control/delivery-view.js';
import { explanationView } from '../control/explanation-view.js';
import { type ModelSummary, type ModelView, modelSummaries, modelView } from '../control/model-view.js';
import { mutingAlerts } from '../control/muting-alerts.js';
import { queryDeliveries } from '../control/query-deliveries.js';
import { type TableSummary, type TableView, tableSummaries, tableView } from '../control/table-view.js';
import type { OutboxEntry } from '../delivery/outbox.js';
import { testNotice } from '../delivery/test-notice.js';
import type { HistoryClient } from '../history/history-client.js';
import type { SiteWatch } from '../reload/site-watch.js';
import type { Configuration } from '../site/configuration.js';
import type { Ledger } from '../storage/ledger.js';
import type { NotedMark, StoredMark } from '../storage/mark-table.js';
import { PAGE_ROWS_MAX } from '../storage/state-queries.js';
import type { LedgerQueries } from '../storage/store.js';
import type { Delivering } from './delivering.js';
import type { Evaluation } from './evaluation.js';
import type { Listening } from './listening.js';
import { Marks } from './marks.js';
import { serviceStatus } from './service-status.js';
import type { SiteChanges } from './site-changes.js';

export interface ServiceParts {
  /** As it was started with. */
  readonly configuration: Configuration;
  readonly version: string;
  readonly clock: Clock;
  readonly counters: RejectionCounters;
  readonly ledger: Ledger;
  readonly queries: LedgerQueries;
  readonly history: HistoryClient;
  readonly evaluation: Evaluation;
  readonly delivering: Delivering;
  readonly listening: Listening;
  readonly changes: SiteChanges;
  readonly watch: SiteWatch;
}

const DEAD = ['expired', 'dead'] as const;

/** The running service, for those who look after it. */
export class ServiceTarget implements ControlTarget {
  readonly #parts: ServiceParts;
  readonly #marks: Marks;
  /** Epoch ms. */
  readonly #startedAt: number;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#marks = new Marks(parts);
    this.#startedAt = Math.floor(parts.clock.wall());
  }

  status(): Promise<StatusView> {
    return serviceStatus(this.#parts, this.#startedAt);
  }

  async alerts(): Promise<AlertView[]> {
    return (await this.#parts.queries.alerts()).map(alertView);
  }

  deliveries(filter: DeliveryFilter): Promise<readonly DeliveryView[]> {
    return queryDeliveries((page) => this.#parts.queries.deliveries(page), filter, this.#offset);
  }

  async command(command: Command): Promise<CommandOutcome> {
    const result = await this.#parts.evaluation.pipeline.command(command);
    return result.kind === 'done' ? { kind: 'done' } : result;
  }

  instances(rule: string): readonly InstanceView[] | null {
    const { engine, plan } = this.#parts.evaluation;
    return plan.rules.some(({ id, enabled }) => enabled && id === rule) ? engine.instances(rule) : null;
  }

  views(): readonly TableSummary[] {
    const { engine, plan } = this.#parts.evaluation;
    return tableSummaries(engine, plan);
  }

  view(id: string): TableView | null {
    const { engine, plan } = this.#parts.evaluation;
    return tableView(engine, plan, id);
  }

  models(): readonly ModelSummary[] {
    const { engine, plan } = this.#parts.evaluation;
    return modelSummaries(engine, plan);
  }

  model(id: string): ModelView | null {
    const { engine, plan } = this.#parts.evaluation;
    return modelView(engine, plan, id);
  }

  marks(): Promise<readonly StoredMark[]> {
    return this.#marks.all();
  }

  mark(mark: NotedMark): Promise<MarkOutcome> {
    return this.#marks.add(mark);
  }

  removeMark(number: number): Promise<boolean> {
    return this.#marks.remove(number);
  }

  async explain(rule: string, labels: Readonly<Record<string, string>>): Promise<ExplanationView | null> {
    const { evaluation, queries } = this.#parts;
    const explanation = evaluation.engine.explain(rule, labels);
    if (explanation === null) return null;
    // What is due by now has been done: the engine sees now what it saw at its last step.
    const time = evaluation.engineClock.now();
    const offset = this.#offset;
    const key = JSON.stringify(explanation.labels);
    const episode = (await queries.alerts()).find(
      ({ last }) => last.rule === rule && JSON.stringify(last.labels) === key,
    );
    const told =
      episode === undefined
        ? []
        : await queries.deliveries({ episode: episode.episode, limit: PAGE_ROWS_MAX });
    return explanationView(explanation, {
      time,
      offset,
      alert: episode === undefined ? null : alertView(episode),
      mutedBy: mutingAlerts(evaluation.engine, evaluation.plan.rules, explanation),
      deliveries: told.map(({ value }) => deliveryView(value, offset)),
    });
  }

  async notifyTest(receiver: string): Promise<NotifyTestOutcome> {
    const { configuration, evaluation, delivering } = this.#parts;
    const now = evaluation.engineClock.now();
    const test = testNotice({ gateway: configuration.gateway, receiver, time: now + this.#offset, now });
    const { desk, levels, notifier } = delivering;
    const level = notifier.levelReceivers.get(receiver);
    const result = await (level === undefined ? desk.attempt(test) : levels.test(receiver, level));
    if (result === null) {
      return { kind: 'unknown', receivers: [...desk.receivers, ...notifier.levelReceivers.keys()] };
    }
    const { id } = test.notice;
    return result.kind === 'delivered'
      ? { kind: 'delivered', id }
      : { kind: 'failed', id, reason: result.reason };
  }

  async retryDeliveries(which: readonly string[] | 'all'): Promise<RetryOutcome> {
    const retried: string[] = [];
    const refused: { id: string; reason: string }[] = [];
    const retry = (entry: OutboxEntry) => {
      this.#parts.delivering.desk.retry(entry);
      retried.push(entry.delivery.notice.id);
    };
    if (which === 'all') for (const entry of await this.#deadLetters()) retry(entry);
    else {
      for (const id of which) {
        const entry = await this.#parts.queries.delivery(id);
        const reason = whyNotRetried(entry);
        if (entry !== null && reason === null) retry(entry);
        else refused.push({ id, reason: reason ?? '' });
      }
    }
    await this.#parts.ledger.stored();
    return { retried, refused };
  }

  async reload(): Promise<ReloadOutcome> {
    const site = await this.#parts.watch.look();
    const views = site?.views ?? this.#parts.changes.views;
    return {
      changed: site?.changes.map(({ path }) => path) ?? [],
      needsRestart: site?.needsRestart ?? [],
      problems: views.filter(({ state, errors }) => state !== 'ok' || errors.length > 0),
    };
  }

  /** Oldest first. */
  async #deadLetters(): Promise<OutboxEntry[]> {
    const found: OutboxEntry[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await this.#parts.queries.deliveries({
        states: DEAD,
        limit: PAGE_ROWS_MAX,
        ...(before === undefined ? {} : { before }),
      });
      const [oldest] = page;
      if (oldest === undefined) return found;
      found.unshift(...page.map(({ value }) => value));
      before = oldest.number;
    }
  }

  get #offset(): number {
    return this.#parts.evaluation.pipeline.offset;
  }
}

/** `null`: it is a dead letter. */
function whyNotRetried(entry: OutboxEntry | null): string | null {
  if (entry === null) return 'there is no such delivery';
  return entry.state === 'expired' || entry.state === 'dead' ? null : `it is ${entry.state}`;
}
