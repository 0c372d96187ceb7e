import type { AlertEvent } from '../../rules/alert-event.js';

/** An alert that has not ended. */
export interface OpenAlert {
  readonly episode: string;
  /** Epoch ms, as printed. */
  readonly since: number;
  readonly suppressed: boolean;
}

/** Which alerts are on, told by their events in order. */
export class OpenAlerts {
  readonly #open = new Map<string, OpenAlert>();

  take(events: readonly AlertEvent[]): void {
    for (const event of events) {
      const { rule, labels, episode, suppressed = false } = event;
      if (episode === null) continue;
      const key = keyOf(rule, labels);
      const since = event.event === 'firing' ? event.time : (this.#open.get(key)?.since ?? event.time);
      if (event.event === 'resolved') this.#open.delete(key);
      else this.#open.set(key, { episode, since, suppressed });
    }
  }

  /** `null`: none. */
  of(rule: string, labels: Readonly<Record<string, string>>): OpenAlert | null {
    return this.#open.get(keyOf(rule, labels)) ?? null;
  }
}

function keyOf(rule: string, labels: Readonly<Record<string, string>>): string {
  return `${rule} ${JSON.stringify(labels)}`;
}
