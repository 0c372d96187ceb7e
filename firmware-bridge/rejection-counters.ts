/** Counts what was not taken, by where it came from and why. Sources are configured names, so the table is bounded. */
export class RejectionCounters {
  readonly #bySource = new Map<string, Map<string, number>>();

  /** @returns how often this happened by now, this time included: 1 is the moment to say it once */
  count(source: string, reason: string): number {
    let reasons = this.#bySource.get(source);
    if (reasons === undefined) {
      reasons = new Map();
      this.#bySource.set(source, reasons);
    }
    const total = (reasons.get(reason) ?? 0) + 1;
    reasons.set(reason, total);
    return total;
  }

  total(source: string, reason: string): number {
    return this.#bySource.get(source)?.get(reason) ?? 0;
  }

  /** Example: `[{ source: 'embedded', reason: 'malformed', count: 3 }]` */
  list(): { source: string; reason: string; count: number }[] {
    return [...this.#bySource].flatMap(([source, reasons]) =>
      [...reasons].map(([reason, count]) => ({ source, reason, count })),
    );
  }
}
