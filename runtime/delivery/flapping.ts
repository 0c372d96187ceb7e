import type { AlertEvent } from '../../rules/alert-event.js';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import type { FloodSettings } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { Telling } from './telling.js';

/** How one alert comes and goes, as far as one receiver is concerned. Times are engine time. */
interface Comings {
  /** When it fired or changed its severity, oldest first; of more than matter the latest. */
  readonly times: number[];
  /** The worst that the receiver was told since it was told that it flaps; `null`: it was not. */
  told: Severity | null;
  /** From then on it is calm, unless it changes before. */
  calmAt: number;
}

/** What becomes of a change of an alert: it is told as always, told as one that flaps, or held until the alert is calm. */
export type FlapVerdict = 'usual' | 'flaps' | 'held';

const KEY = 'flapping:';
/** Alerts that are watched at once; of more the one that changed longest ago is taken for calm. */
const WATCHED_MAX = 10_000;

/**
 * Finds alerts that come and go all the time. That they do is told once, then nothing until they are calm, except that it
 * gets worse. An alert is a rule and its labels here, over all its episodes.
 */
export class Flapping {
  /** In the order in which they last changed. */
  readonly #comings = new Map<string, Comings>();

  /** @param settings more changes than `max` in the time `perMs`: it flaps; none for so long: it is calm */
  begins(receiver: string, event: AlertEvent, settings: FloodSettings, telling: Telling): FlapVerdict {
    const key = flapKey(receiver, event);
    const comings = this.#comings.get(key) ?? { times: [], told: null, calmAt: 0 };
    const { times } = comings;
    while ((times[0] ?? telling.now) <= telling.now - settings.perMs) times.shift();
    times.push(telling.now);
    const flaps = times.length > settings.max;
    if (flaps) times.shift();
    this.#disturb(key, comings, settings, telling);
    if (comings.told === null && !flaps) return 'usual';
    if (comings.told !== null && rank(event.severity) <= rank(comings.told)) return 'held';
    comings.told = event.severity;
    return 'flaps';
  }

  ends(receiver: string, event: AlertEvent, settings: FloodSettings, telling: Telling): FlapVerdict {
    const key = flapKey(receiver, event);
    const comings = this.#comings.get(key);
    if (comings === undefined) return 'usual';
    this.#disturb(key, comings, settings, telling);
    return comings.told === null ? 'usual' : 'held';
  }

  /** When the alert is calm; `-Infinity`: it is. */
  calmAt(receiver: string, event: AlertEvent): number {
    return this.calmAtKey(flapKey(receiver, event));
  }

  calmAtKey(key: string): number {
    return this.#comings.get(key)?.calmAt ?? Number.NEGATIVE_INFINITY;
  }

  /** Forgets an alert that is calm by now. */
  settle(key: string, telling: Telling): void {
    if (this.calmAtKey(key) <= telling.now) this.#forget(key, telling);
  }

  /** @returns the keys of all that are not calm yet */
  restore(agenda: readonly AgendaItem[]): string[] {
    for (const { key, text } of agenda) {
      if (key.startsWith(KEY)) this.#comings.set(key.slice(KEY.length), JSON.parse(text) as Comings);
    }
    return [...this.#comings.keys()];
  }

  #forget(key: string, telling: Telling): void {
    this.#comings.delete(key);
    telling.plan(KEY + key, null);
  }

  #disturb(key: string, comings: Comings, { perMs }: FloodSettings, telling: Telling): void {
    comings.calmAt = telling.now + perMs;
    this.#comings.delete(key);
    this.#comings.set(key, comings);
    telling.plan(KEY + key, comings);
    for (const oldest of this.#comings.keys()) {
      if (this.#comings.size <= WATCHED_MAX) return;
      this.#forget(oldest, telling);
    }
  }
}

/** One alert of one receiver. */
export function flapKey(receiver: string, { rule, labels }: AlertEvent): string {
  return JSON.stringify([receiver, rule, labels]);
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
