type Labels = ReadonlyMap<string, string>;

/**
 * Which values the shared inputs of a rule have named for some labels: each names a part of them, and parts that agree
 * make a whole.
 */
export class LabelJoin {
  readonly #labels: readonly string[];
  /** By the labels that they name, then by the values. */
  readonly #named = new Map<string, Map<string, Labels>>();

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  /** Takes note of what a topic names; gives the wholes that it is a part of, at most so many. */
  add(named: Labels, wholesMax: number): string[][] {
    const labels = this.#labels.filter((label) => named.has(label));
    const part: Labels = new Map(labels.map((label) => [label, named.get(label) ?? '']));
    const alike = this.#named.get(labels.join()) ?? new Map<string, Labels>();
    this.#named.set(labels.join(), alike);
    alike.set(JSON.stringify([...part.values()]), part);
    const wholes = new Map<string, string[]>();
    this.#complete(part, [...this.#named.values()], wholes, wholesMax);
    return [...wholes.values()];
  }

  #complete(
    part: Labels,
    [first, ...others]: readonly ReadonlyMap<string, Labels>[],
    wholes: Map<string, string[]>,
    wholesMax: number,
  ): void {
    if (wholes.size >= wholesMax) return;
    if (part.size === this.#labels.length) {
      const whole = this.#labels.map((label) => part.get(label) ?? '');
      wholes.set(JSON.stringify(whole), whole);
      return;
    }
    if (first === undefined) return;
    this.#complete(part, others, wholes, wholesMax);
    for (const other of first.values()) {
      const isMore = [...other.keys()].some((label) => !part.has(label));
      const agrees = [...other].every(([label, value]) => (part.get(label) ?? value) === value);
      if (isMore && agrees) this.#complete(new Map([...part, ...other]), others, wholes, wholesMax);
    }
  }
}
