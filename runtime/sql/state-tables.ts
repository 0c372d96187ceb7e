import type { AlertEvent } from '../../rules/alert-event.js';
import { alertView } from '../control/alert-view.js';
import type { AlertView, DeliveryView } from '../control/control-views.js';
import { deliveryView } from '../control/delivery-view.js';
import type { MadeTable, SqlValue } from '../storage/database.js';
import { type Numbered, PAGE_ROWS_MAX } from '../storage/state-queries.js';
import type { StateReader } from '../storage/state-reader.js';

type Columns<T> = readonly (readonly [name: string, value: (of: T) => unknown])[];

const ALERTS: Columns<AlertView> = [
  ['rule', ({ rule }) => rule],
  ['labels', ({ labels }) => labels],
  ['severity', ({ severity }) => severity],
  ['state', ({ state }) => state],
  ['episode', ({ episode }) => episode],
  ['since', ({ since }) => since],
  ['suppressed', ({ suppressed }) => suppressed],
  ['stale', ({ stale }) => stale],
  ['values', ({ values }) => values],
  ['message', ({ message }) => message],
];

const EVENTS: Columns<AlertEvent> = [
  ['time', ({ time }) => time],
  ['rule', ({ rule }) => rule],
  ['event', ({ event }) => event],
  ['severity', ({ severity }) => severity],
  ['labels', ({ labels }) => labels],
  ['values', ({ values }) => values],
  ['message', ({ message }) => message],
  ['episode', ({ episode }) => episode],
  ['previous', ({ previous }) => previous],
  ['reason', ({ reason }) => reason],
  ['suppressed', ({ suppressed = false }) => suppressed],
  ['late', ({ late = false }) => late],
  ['stale', ({ stale = false }) => stale],
];

const DELIVERIES: Columns<DeliveryView> = [
  ['id', ({ id }) => id],
  ['receiver', ({ receiver }) => receiver],
  ['kind', ({ kind }) => kind],
  ['state', ({ state }) => state],
  ['attempts', ({ attempts }) => attempts],
  ['next_at', ({ nextAt }) => nextAt],
  ['last_error', ({ lastError }) => lastError],
  ['created_at', ({ createdAt }) => createdAt],
  ['episodes', ({ episodes }) => episodes],
];

/**
 * Alerts that have not ended, events and deliveries, as `tocsin alerts` and `deliveries` show them; labels and values are
 * JSON.
 *
 * @param state `null`: nothing was stored yet @param offset of the clock on the wall
 */
export function stateTables(state: StateReader | null, offset: number): MadeTable[] {
  return [
    table('alerts', ALERTS, () => (state?.alerts() ?? []).map(alertView)),
    table('events', EVENTS, function* () {
      if (state !== null) yield* all((page) => state.events(page));
    }),
    table('deliveries', DELIVERIES, function* () {
      if (state === null) return;
      for (const entry of all((page) => state.deliveries(page))) yield deliveryView(entry, offset);
    }),
  ];
}

function table<T>(name: string, columns: Columns<T>, values: () => Iterable<T>): MadeTable {
  return {
    name,
    columns: columns.map(([column]) => column),
    parameters: [],
    *rows() {
      for (const value of values()) yield columns.map(([, of]) => cellOf(of(value)));
    },
  };
}

/** Newest first, page by page. */
function* all<T>(read: (page: { limit: number; before?: number }) => Numbered<T>[]): Generator<T> {
  let before: number | undefined;
  for (;;) {
    const page = read({ limit: PAGE_ROWS_MAX, ...(before === undefined ? {} : { before }) });
    for (const { value } of page.toReversed()) yield value;
    // Rows that are damaged are left out of a page, which is then shorter than it was asked for.
    const [oldest] = page;
    if (oldest === undefined) return;
    before = oldest.number;
  }
}

/** SQLite knows no booleans and no objects. */
export function cellOf(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
