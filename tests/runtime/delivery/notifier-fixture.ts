/** A notifier with one rule, `press-overheat`, and webhooks for receivers. */
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { Rule } from '../../../rules/rule.js';
import { Notifier } from '../../../runtime/delivery/notifier.js';
import type { Route } from '../../../runtime/site/configuration.js';
import type { EpisodeState } from '../../../runtime/storage/ledger.js';
import { event, NOON, rule } from './delivery-fixture.js';

export const HOUR_MS = 3_600_000;

const AS_IT_COMES = { group: null, waitMs: null, intervalMs: null, repeatMs: null, escalate: [] };

export function route(match: Record<string, string[]>, to: string[], continues = false): Route {
  return { match: new Map(Object.entries(match)), to, continues, ...AS_IT_COMES };
}

export interface Setup {
  readonly rule?: Rule | null;
  readonly routes?: readonly Route[];
  readonly receivers?: readonly string[];
  readonly episodes?: readonly EpisodeState[];
}

function settings(setup: Setup) {
  const { receivers = ['scada'], routes = [] } = setup;
  return {
    rules: setup.rule === null ? [] : [setup.rule ?? rule()],
    configuration: {
      gateway: 'gw',
      routes,
      receivers: receivers.map((name) => ({
        name,
        expiresMs: name === 'scada' ? HOUR_MS : 2 * HOUR_MS,
        flood: null,
        flapping: null,
        schedule: null,
        channel: {
          kind: 'webhook',
          url: 'http://one.example/',
          secret: null,
          headers: new Map(),
          format: 'tocsin',
          parameters: new Map(),
        } as const,
      })),
    },
  };
}

export function notifier(setup: Setup = {}) {
  const unrouted: string[] = [];
  const made = new Notifier({
    ...settings(setup),
    episodes: setup.episodes ?? [],
    agenda: [],
    offset: 0,
    onUnrouted: (id) => unrouted.push(id),
  });
  const told = (change: Partial<AlertEvent> = {}) => made.tell([event(change)], NOON);
  /** `firing scada` for each delivery. */
  const tell = (change: Partial<AlertEvent> = {}) =>
    told(change).deliveries.map(({ notice }) => `${notice.kind} ${notice.receiver}`);
  return {
    notifier: made,
    told,
    tell,
    unrouted,
    configure: (other: Setup) => made.configure(settings(other)),
  };
}
