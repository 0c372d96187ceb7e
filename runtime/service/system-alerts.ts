import { createHash } from 'node:crypto';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Severity } from '../../rules/rule.js';
import { isSystemRule } from '../delivery/system-alert.js';
import type { EpisodeState } from '../storage/ledger.js';

/** What the program can have to say about itself. */
export type SystemAlertId =
  | 'across'
  | 'connection-down'
  | 'input-silent'
  | 'storage-degraded'
  | 'receiver-failing'
  | 'notification-expired'
  | 'dead-letter'
  | 'file-invalid'
  | 'function-failed'
  | 'rules-missing'
  | 'data-missing'
  | 'clock-step'
  | 'model-stale'
  | 'instances'
  | 'series'
  | 'warm-up'
  | 'started';

const SEVERITIES: Readonly<Record<SystemAlertId, Severity>> = {
  across: 'warning',
  'connection-down': 'critical',
  'input-silent': 'warning',
  'storage-degraded': 'critical',
  'receiver-failing': 'critical',
  'notification-expired': 'warning',
  'dead-letter': 'warning',
  'file-invalid': 'warning',
  'function-failed': 'warning',
  'rules-missing': 'critical',
  'data-missing': 'critical',
  'clock-step': 'info',
  'model-stale': 'warning',
  instances: 'warning',
  series: 'warning',
  'warm-up': 'warning',
  started: 'info',
};

const PREFIX = 'tocsin/';

/** How severe each kind of these alerts is, by the rule that it stands under: `tocsin/started` is `info`. */
export const SYSTEM_SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries(SEVERITIES).map(([id, severity]) => [PREFIX + id, severity]),
);

export interface SystemAlert {
  readonly id: SystemAlertId;
  readonly labels: Readonly<Record<string, string>>;
  readonly message: string;
}

interface Open {
  readonly episode: string;
  readonly labels: Readonly<Record<string, string>>;
  message: string;
}

/**
 * Alerts of the program about itself: events like those of rules, under `tocsin/…`. It remembers which are open, also
 * over a restart, so that each is said once and ended once.
 */
export class SystemAlerts {
  readonly #open = new Map<string, Open>();

  /** @param episodes those that were open when the program ended; others than its own are left out */
  constructor(episodes: readonly EpisodeState[]) {
    for (const { episode, last } of episodes) {
      if (!isSystemRule(last.rule)) continue;
      this.#open.set(keyOf(last.rule, last.labels), { episode, labels: last.labels, message: last.message });
    }
  }

  isOpen(id: SystemAlertId, labels: Readonly<Record<string, string>>): boolean {
    return this.#open.has(keyOf(PREFIX + id, labels));
  }

  /** The labels of the open alerts of a kind. */
  openOf(id: SystemAlertId): readonly Readonly<Record<string, string>>[] {
    const rule = PREFIX + id;
    return [...this.#open].filter(([key]) => key.startsWith(`${rule}\n`)).map(([, { labels }]) => labels);
  }

  /**
   * @param time epoch ms, as printed
   * @returns `null`: it is open already
   */
  raise({ id, labels, message }: SystemAlert, time: number): AlertEvent | null {
    const rule = PREFIX + id;
    const key = keyOf(rule, labels);
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.message = message;
      return null;
    }
    const episode = episodeOf(rule, labels, time);
    this.#open.set(key, { episode, labels, message });
    return { time, rule, event: 'firing', severity: SEVERITIES[id], labels, values: {}, message, episode };
  }

  /** @returns `null`: it is not open */
  resolve({ id, labels, message }: SystemAlert, time: number): AlertEvent | null {
    const rule = PREFIX + id;
    const key = keyOf(rule, labels);
    const open = this.#open.get(key);
    if (open === undefined) return null;
    this.#open.delete(key);
    const { episode } = open;
    const severity = SEVERITIES[id];
    return {
      time,
      rule,
      event: 'resolved',
      severity,
      labels,
      values: {},
      message,
      episode,
      reason: 'normal',
    };
  }
}

function keyOf(rule: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${rule}\n${JSON.stringify(sorted)}`;
}

/** As the engine makes them: rule, labels and the time it began. */
function episodeOf(rule: string, labels: Readonly<Record<string, string>>, time: number): string {
  const identity = `${rule}\n${JSON.stringify(labels)}\n${time}`;
  return createHash('sha256').update(identity).digest('hex').slice(0, 16);
}
