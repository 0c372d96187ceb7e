import type { AlertEvent } from '../../rules/alert-event.js';
import type { RandomCase } from './random-case.js';

/** Counts what random cases were made of and what came of them, to see that everything is tried often enough. */
export class CaseTally {
  private cases = 0;
  private firing = 0;
  private readonly counts = new Map<string, number>();

  add({ rules, inputs }: RandomCase, events: readonly AlertEvent[]): void {
    this.cases += 1;
    if (events.some(({ event }) => event === 'firing')) this.firing += 1;
    const seen = [
      ...[...JSON.stringify(rules).matchAll(/"(\w+)":|(\w+)\(/g)].map(([, key, call]) => key ?? `${call}()`),
      ...inputs.map((input) => `input ${input.kind}`),
      ...events.flatMap(({ event, reason, suppressed, late }) => [
        `event ${event} ${reason ?? ''}`,
        ...(suppressed ? ['event suppressed'] : []),
        ...(late ? ['event late'] : []),
      ]),
    ];
    for (const what of new Set(seen)) this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Of all cases, those in which an alert fired. */
  get shareFiring(): number {
    return this.firing / this.cases;
  }

  /** In how many cases each construct and each event came up, the rarest first. */
  get text(): string {
    const lines = [...this.counts]
      .toSorted(([, a], [, b]) => a - b)
      .map(([what, count]) => `${count} ${what}`);
    return [`${this.cases} cases, ${this.firing} with an alert`, ...lines].join('\n');
  }
}
