import type { Command } from '../../../rules/engine.js';
import type {
  CommandOutcome,
  ControlTarget,
  DeliveryFilter,
  InstanceView,
  MarkOutcome,
  NotifyTestOutcome,
  ReloadOutcome,
  RetryOutcome,
} from '../../../runtime/control/control-target.js';
import type {
  AlertView,
  DeliveryView,
  ExplanationView,
  StatusView,
} from '../../../runtime/control/control-views.js';
import type { ModelSummary, ModelView } from '../../../runtime/control/model-view.js';
import type { TableSummary, TableView } from '../../../runtime/control/table-view.js';
import type { NotedMark, StoredMark } from '../../../runtime/storage/mark-table.js';

export const ALERT: AlertView = {
  rule: 'press-overheat',
  labels: { line: 'l1', machine: 'm1' },
  severity: 'critical',
  state: 'firing',
  episode: '0123456789abcdef',
  since: Date.UTC(2026, 0, 5, 6, 0, 0),
  acknowledged: null,
  shelvedUntil: null,
  silenced: false,
  suppressed: false,
  stale: false,
  values: { temp: 85.5 },
  message: 'm1 on l1 is at 85.5 °C',
};

export const DELIVERY: DeliveryView = {
  id: 'abcdefghijklmnopqrstuvwxyz',
  receiver: 'scada',
  kind: 'firing',
  state: 'dead',
  attempts: 3,
  nextAt: null,
  lastError: 'it answered 410',
  createdAt: Date.UTC(2026, 0, 5, 6, 0, 0),
  episodes: ['0123456789abcdef'],
};

export const STATUS: StatusView = {
  gateway: 'plant-7/gw-2',
  version: '0.1.0',
  pid: 4711,
  startedAt: Date.UTC(2026, 0, 5, 4, 0, 0),
  ready: true,
  connections: [
    {
      name: 'embedded',
      address: '127.0.0.1:1883',
      state: 'up',
      since: Date.UTC(2026, 0, 5, 4, 0, 0),
      clients: 3,
      lastError: null,
    },
  ],
  intake: { messages: 12_345, readings: 23_456, rejected: {}, samples: [] },
  engine: { rules: 12, instances: 80, time: Date.UTC(2026, 0, 5, 6, 30, 0), lagMs: 2, warming: [] },
  storage: { mode: 'balanced', degraded: false, journalBytes: 1_234_567, historyBytes: 0, commits: 321 },
  outbox: { queued: 0, oldestMs: null, dead: 0 },
  accounting: {
    raised: 7,
    queued: 0,
    delivered: 6,
    expired: 0,
    dead: 0,
    suppressed: 1,
    held: 0,
    merged: 0,
    unrouted: 0,
  },
  files: [{ file: 'rules/press.json', state: 'ok', errors: [] }],
  system: [],
};

export const EXPLANATION: ExplanationView = {
  rule: 'press-overheat',
  labels: { line: 'l1', machine: 'm1' },
  state: 'firing',
  severity: 'critical',
  values: { temp: 85.5 },
  levels: [{ severity: 'critical', condition: { text: 'temp above 80', state: 'true', value: 85.5 } }],
  time: Date.UTC(2026, 0, 5, 6, 30, 0),
  alert: { episode: '0123456789abcdef', since: Date.UTC(2026, 0, 5, 6, 0, 0), suppressed: false },
  mutedBy: [],
  told: [{ id: DELIVERY.id, receiver: 'scada', kind: 'firing', state: 'delivered', lastError: null }],
};

export const TABLE: TableView = {
  id: 'line-load',
  title: 'Load of each line',
  labels: ['line'],
  fields: ['mean', 'state'],
  every: 60_000,
  rows: [
    { labels: { line: 'l1' }, values: { mean: 81.53125, state: 'on' } },
    { labels: { line: 'l2' }, values: { mean: null, state: 'off' } },
  ],
};

export const MODEL: ModelView = {
  id: 'bearing',
  kind: 'anomaly',
  title: 'Bearings of the presses',
  labels: ['machine'],
  outputs: ['score', 'anomalous'],
  every: null,
  instances: [
    { labels: { machine: 'm1' }, values: { score: 0.5, anomalous: false }, quality: 'ok' },
    { labels: { machine: 'm2' }, values: { score: null, anomalous: null }, quality: 'warmup' },
  ],
};

export const MARK: StoredMark = {
  number: 7,
  labels: { machine: 'm1' },
  time: Date.UTC(2026, 0, 5, 6),
  event: 'failure',
};

/** A service that has what it is told to have, and remembers what it was asked. */
export class FakeTarget implements ControlTarget {
  readonly asked: unknown[] = [];
  statusView: StatusView = STATUS;
  alertViews: readonly AlertView[] = [ALERT];
  deliveryViews: readonly DeliveryView[] = [DELIVERY];
  commandOutcome: CommandOutcome = { kind: 'done' };
  instanceViews: readonly InstanceView[] | null = [
    { labels: ALERT.labels, state: 'firing', severity: 'critical' },
  ];
  explanation: ExplanationView | null = EXPLANATION;
  tableView: TableView = TABLE;
  modelView: ModelView = MODEL;
  storedMarks: readonly StoredMark[] = [MARK];
  markOutcome: MarkOutcome = { kind: 'done', told: 2 };
  testOutcome: NotifyTestOutcome = { kind: 'delivered', id: DELIVERY.id };
  retryOutcome: RetryOutcome = { retried: [DELIVERY.id], refused: [] };
  reloadOutcome: ReloadOutcome = { changed: ['rules/press.json'], needsRestart: [], problems: [] };

  status(): StatusView {
    return this.#noted('status', this.statusView);
  }

  alerts(): readonly AlertView[] {
    return this.#noted('alerts', this.alertViews);
  }

  deliveries(filter: DeliveryFilter): readonly DeliveryView[] {
    return this.#noted(filter, this.deliveryViews);
  }

  async command(command: Command): Promise<CommandOutcome> {
    return this.#noted(command, this.commandOutcome);
  }

  instances(rule: string): readonly InstanceView[] | null {
    return this.#noted({ instances: rule }, this.instanceViews);
  }

  explain(rule: string, labels: Readonly<Record<string, string>>): ExplanationView | null {
    return this.#noted({ explain: rule, labels }, this.explanation);
  }

  views(): readonly TableSummary[] {
    return this.#noted('views', [{ ...this.tableView, rows: this.tableView.rows.length }]);
  }

  view(id: string): TableView | null {
    return this.#noted({ view: id }, id === this.tableView.id ? this.tableView : null);
  }

  models(): readonly ModelSummary[] {
    return this.#noted('models', [{ ...this.modelView, instances: { ok: 1, warmup: 1 } }]);
  }

  model(id: string): ModelView | null {
    return this.#noted({ model: id }, id === this.modelView.id ? this.modelView : null);
  }

  marks(): readonly StoredMark[] {
    return this.#noted('marks', this.storedMarks);
  }

  async mark(mark: NotedMark): Promise<MarkOutcome> {
    return this.#noted(mark, this.markOutcome);
  }

  async removeMark(number: number): Promise<boolean> {
    return this.#noted(
      { remove: number },
      this.storedMarks.some((mark) => mark.number === number),
    );
  }

  async notifyTest(receiver: string): Promise<NotifyTestOutcome> {
    return this.#noted({ test: receiver }, this.testOutcome);
  }

  async retryDeliveries(which: readonly string[] | 'all'): Promise<RetryOutcome> {
    return this.#noted({ retry: which }, this.retryOutcome);
  }

  async reload(): Promise<ReloadOutcome> {
    return this.#noted('reload', this.reloadOutcome);
  }

  #noted<T>(question: unknown, answer: T): T {
    this.asked.push(question);
    return answer;
  }
}
