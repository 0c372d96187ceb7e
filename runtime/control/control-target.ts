import type { Command } from '../../rules/engine.js';
import type { DeliveryState } from '../delivery/outbox.js';
import type { NotedMark, StoredMark } from '../storage/mark-table.js';
import type { AlertView, DeliveryView, ExplanationView, FileView, StatusView } from './control-views.js';
import type { ModelSummary, ModelView } from './model-view.js';
import type { TableSummary, TableView } from './table-view.js';

/** A value, or a promise of it: what is asked of the database takes a moment. */
export type Eventual<T> = T | Promise<T>;

/**
 * What a running service offers to those who look after it: by the control socket, later by HTTP. Nothing here throws
 * for what is expected; a refusal is a result, with a reason for people.
 */
export interface ControlTarget {
  status(): Eventual<StatusView>;
  /** Alerts that have not ended, those of the program itself too. */
  alerts(): Eventual<readonly AlertView[]>;
  /** The newest `limit` that pass the filter, oldest first. */
  deliveries(filter: DeliveryFilter): Eventual<readonly DeliveryView[]>;
  /** Applies a command and records it. Resolves when it can no longer be lost. */
  command(command: Command): Promise<CommandOutcome>;
  /** The instances of a rule, by labels; `null`: there is no such rule. */
  instances(rule: string): Eventual<readonly InstanceView[] | null>;
  /** `labels` are all of the instance; `null`: there is none. */
  explain(rule: string, labels: Readonly<Record<string, string>>): Eventual<ExplanationView | null>;
  /** In order of ids. */
  views(): Eventual<readonly TableSummary[]>;
  /** With its rows; `null`: there is no such view. */
  view(id: string): Eventual<TableView | null>;
  /** In order of ids. */
  models(): Eventual<readonly ModelSummary[]>;
  /** With its instances; `null`: there is no such model. */
  model(id: string): Eventual<ModelView | null>;
  /** What people noted of machines, in order of time. */
  marks(): Eventual<readonly StoredMark[]>;
  /** Notes that a machine failed or was maintained. Resolves when it can no longer be lost. */
  mark(mark: NotedMark): Promise<MarkOutcome>;
  /** Takes a mark back; whether it was there. */
  removeMark(number: number): Promise<boolean>;
  /** Sends a test notice past routes and queue; resolves when its first attempt has ended. */
  notifyTest(receiver: string): Promise<NotifyTestOutcome>;
  /** Sends dead letters again. */
  retryDeliveries(which: readonly string[] | 'all'): Promise<RetryOutcome>;
  /** Looks at the files of the site now, instead of when they are next looked at. */
  reload(): Promise<ReloadOutcome>;
}

export interface DeliveryFilter {
  readonly states: readonly DeliveryState[];
  /** `null`: all. */
  readonly receiver: string | null;
  readonly limit: number;
}

/** `told`: how many instances of models learnt of it. */
export type MarkOutcome =
  | { readonly kind: 'done'; readonly told: number }
  | { readonly kind: 'refused'; readonly reason: string };

export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Example: `{ labels: { line: 'l1', machine: 'm1' }, state: 'firing', severity: 'critical' }` */
export interface InstanceView {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'inactive' | 'pending' | 'firing' | 'latched';
  readonly severity: string | null;
}

export type NotifyTestOutcome =
  | { readonly kind: 'delivered'; readonly id: string }
  /** The reason is that of the attempt; it is not repeated. */
  | { readonly kind: 'failed'; readonly id: string; readonly reason: string }
  | { readonly kind: 'unknown'; readonly receivers: readonly string[] };

export interface RetryOutcome {
  /** Ids of what is tried again. */
  readonly retried: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

export interface ReloadOutcome {
  /** Files of which something else is in force now. */
  readonly changed: readonly string[];
  /** Keys of the configuration whose change waits for a restart. */
  readonly needsRestart: readonly string[];
  /** All files that are not `ok`. */
  readonly problems: readonly FileView[];
}
