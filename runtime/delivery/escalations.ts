import type { Escalation } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { Telling } from './telling.js';

/** Somebody else who is to be told of an alert. */
export interface EscalationStep {
  /** Which one it is since the alert fires, from 1 on. */
  readonly number: number;
  readonly to: readonly string[];
}

interface Plan {
  /** As the routes have it: with others it begins anew. */
  readonly settings: readonly Escalation[];
  /** Steps taken since the alert fires. */
  readonly taken: number;
  /** In order of their engine times. */
  readonly steps: readonly { readonly at: number; readonly to: readonly string[] }[];
}

const KEY = 'escalation:';
const NONE: Plan = { settings: [], taken: 0, steps: [] };

/** Who else is to be told of alerts that go on firing. */
export class Escalations {
  readonly #plans = new Map<string, Plan>();

  /** An alert fires, and its routes have this to say. What is under way by the same settings goes on. */
  begin(episode: string, settings: readonly Escalation[], telling: Telling): void {
    const before = this.#plans.get(episode) ?? NONE;
    if (JSON.stringify(before.settings) === JSON.stringify(settings)) return;
    const steps = settings
      .map(({ afterMs, to }) => ({ at: telling.now + afterMs, to }))
      .sort((a, b) => a.at - b.at);
    this.#keep(episode, { settings, taken: before.taken, steps }, telling);
  }

  /** It was as good as over: time counts from now on. */
  restart(episode: string): void {
    const plan = this.#plans.get(episode);
    if (plan !== undefined) this.#plans.set(episode, { ...NONE, taken: plan.taken });
  }

  end(episode: string, telling: Telling): void {
    if (this.#plans.delete(episode)) telling.plan(KEY + episode, null);
  }

  /** When the next step of an episode is due; `Infinity`: there is none. */
  dueAt(episode: string): number {
    return this.#plans.get(episode)?.steps[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The next step of an episode: engine time; `null`: there is none. */
  next(episode: string): { readonly at: number; readonly to: readonly string[] } | null {
    return this.#plans.get(episode)?.steps[0] ?? null;
  }

  /** The step of an episode that is due, done with by that. */
  take(episode: string, telling: Telling): EscalationStep | null {
    const plan = this.#plans.get(episode) ?? NONE;
    const [step, ...steps] = plan.steps;
    if (step === undefined || step.at > telling.now) return null;
    const number = plan.taken + 1;
    this.#keep(episode, { ...plan, taken: number, steps }, telling);
    return { number, to: step.to };
  }

  /** @returns the episodes that have any */
  restore(agenda: readonly AgendaItem[]): string[] {
    for (const { key, text } of agenda) {
      if (key.startsWith(KEY)) this.#plans.set(key.slice(KEY.length), JSON.parse(text) as Plan);
    }
    return [...this.#plans.keys()];
  }

  #keep(episode: string, plan: Plan, telling: Telling): void {
    this.#plans.set(episode, plan);
    telling.plan(KEY + episode, plan);
  }
}
