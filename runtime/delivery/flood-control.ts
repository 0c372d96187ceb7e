import { SEVERITIES, type Severity } from '../../rules/rule.js';
import type { FloodSettings } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { NoticeAlert } from './notice.js';
import type { NoticeDraft } from './notice-draft.js';
import type { Telling } from './telling.js';

/** Critical notices are counted by themselves, and there may be so many times as many. */
const CRITICAL_SHARE = 3;
/** As many alerts of a flood are shown; the others are counted. */
const SHOWN_MAX = 50;

/** What is kept of one receiver beside the alerts of its summary. Times are engine time. */
interface FloodState {
  /** Of the latest notices, oldest first. */
  readonly normal: number[];
  readonly critical: number[];
  /** What there was no room for since `since`; `null`: there was room. */
  summary: { readonly since: number; readonly dueAt: number; count: number; severity: Severity } | null;
}

/** A notice that asks for room. */
export interface FloodRequest {
  readonly receiver: string;
  readonly severity: Severity;
  /** It tells of nothing but ends. */
  readonly isOver: boolean;
  /** It tells that an alert has got worse that the receiver knows of. */
  readonly isRise: boolean;
  /** The first so many of the alerts that it is sent for. */
  readonly alerts: (count: number) => readonly NoticeAlert[];
  /** How many there are. */
  readonly changed: number;
  readonly obligations: number;
}

interface Flood {
  readonly state: FloodState;
  readonly shown: NoticeAlert[];
}

const STATE = 'flood:';
const SHOWN = 'flooded:';

/**
 * Keeps people from being told more than they can take in: so many notices in so much time, and then one summary of all
 * that was more.
 */
export class FloodControl {
  readonly #floods = new Map<string, Flood>();

  /** Whether there is room for a notice now; if not, it goes into the summary. Nobody waits to be told that it gets worse. */
  admits(request: FloodRequest, settings: FloodSettings, telling: Telling): boolean {
    const { receiver, severity, isOver, isRise } = request;
    const flood = this.#floods.get(receiver) ?? {
      state: { normal: [], critical: [], summary: null },
      shown: [],
    };
    this.#floods.set(receiver, flood);
    const { state } = flood;
    const isCritical = severity === 'critical' && !isOver;
    const times = isCritical ? state.critical : state.normal;
    const max = isCritical ? settings.max * CRITICAL_SHARE : settings.max;
    while ((times[0] ?? telling.now) <= telling.now - settings.perMs) times.shift();
    const isFull = times.length >= max || (state.summary !== null && !isCritical);
    telling.plan(STATE + receiver, state);
    if (!isFull || isRise) {
      times.push(telling.now);
      if (times.length > max) times.shift();
      return true;
    }
    this.#gather(flood, request, settings, telling);
    return false;
  }

  /** When the summary for a receiver is due; `Infinity`: there is none. */
  dueAt(receiver: string): number {
    return this.#floods.get(receiver)?.state.summary?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  /** The summary for a receiver, done with by that. */
  take(receiver: string, telling: Telling): NoticeDraft | null {
    const flood = this.#floods.get(receiver);
    const summary = flood?.state.summary;
    if (flood === undefined || summary === undefined || summary === null) return null;
    const news = [...flood.shown];
    for (let i = 0; i < news.length; i += 1) telling.plan(shownKey(receiver, i), null);
    flood.shown.length = 0;
    flood.state.summary = null;
    telling.plan(STATE + receiver, flood.state);
    return {
      receiver,
      kind: 'summary',
      idKind: 'summary',
      key: [summary.since],
      lane: `${STATE}${receiver}`,
      thread: null,
      severity: summary.severity,
      obligations: 0,
      news,
      still: [],
      omitted: summary.count - news.length,
      outlook: null,
    };
  }

  restore(agenda: readonly AgendaItem[]): string[] {
    for (const { key, text } of agenda) {
      if (key.startsWith(STATE)) {
        this.#floods.set(key.slice(STATE.length), { state: JSON.parse(text) as FloodState, shown: [] });
      }
    }
    const shown = agenda.filter(({ key }) => key.startsWith(SHOWN));
    for (const { key, text } of shown) {
      const [receiver = '', index] = key.slice(SHOWN.length).split(':');
      const flood = this.#floods.get(receiver);
      if (flood !== undefined) flood.shown[Number(index)] = JSON.parse(text) as NoticeAlert;
    }
    return [...this.#floods.keys()];
  }

  #gather({ state, shown }: Flood, request: FloodRequest, { perMs }: FloodSettings, telling: Telling): void {
    const { receiver, severity, alerts, changed, obligations } = request;
    const summary = state.summary ?? {
      since: telling.now,
      dueAt: telling.now + perMs,
      count: 0,
      severity,
    };
    state.summary = summary;
    summary.count += changed;
    if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(summary.severity)) summary.severity = severity;
    for (const alert of alerts(SHOWN_MAX - shown.length)) {
      telling.plan(shownKey(receiver, shown.length), alert);
      shown.push(alert);
    }
    telling.count('merged', obligations);
  }
}

function shownKey(receiver: string, index: number): string {
  return `${SHOWN}${receiver}:${index}`;
}
