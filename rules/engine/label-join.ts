type Labels = ReadonlyMap<string, string>;

/**
 * Which values the shared inputs of a rule have named for some labels: each names a part of them, and parts that agree
 * make a whole.
 */
export class LabelJoin {
  readonly #labels: readonly string[];
  /** By the labels that they name. */
  readonly #named = new Map<string, Parts>();

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  /** Takes note of what a topic names; gives the wholes that it is a part of, at most so many. */
  add(named: Labels, wholesMax: number): string[][] {
    const labels = this.#labels.filter((label) => named.has(label));
    const part: Labels = new Map(labels.map((label) => [label, named.get(label) ?? '']));
    const alike = this.#named.get(labels.join()) ?? new Parts(labels);
    this.#named.set(labels.join(), alike);
    alike.add(part);
    const wholes = new Map<string, string[]>();
    this.#complete(part, [...this.#named.values()], wholes, wholesMax);
    return [...wholes.values()];
  }

  #complete(
    part: Labels,
    [first, ...others]: readonly Parts[],
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
    if (first.labels.every((label) => part.has(label))) return;
    for (const other of first.agreeingWith(part)) {
      if (wholes.size >= wholesMax) return;
      this.#complete(new Map([...part, ...other]), others, wholes, wholesMax);
    }
  }
}

/** Parts that name the same labels. Those that agree with another are looked up: there may be as many as topics. */
class Parts {
  readonly #all = new Map<string, Labels>();
  /** By some of the labels, then by their values. */
  readonly #indexes = new Map<
    string,
    { readonly by: readonly string[]; readonly parts: Map<string, Labels[]> }
  >();

  constructor(readonly labels: readonly string[]) {}

  add(part: Labels): void {
    const key = valuesOf(part, this.labels);
    if (this.#all.has(key)) return;
    this.#all.set(key, part);
    for (const { by, parts } of this.#indexes.values()) file(parts, valuesOf(part, by), part);
  }

  agreeingWith(other: Labels): Iterable<Labels> {
    const by = this.labels.filter((label) => other.has(label));
    if (by.length === 0) return this.#all.values();
    let index = this.#indexes.get(by.join());
    if (index === undefined) {
      index = { by, parts: new Map() };
      this.#indexes.set(by.join(), index);
      for (const part of this.#all.values()) file(index.parts, valuesOf(part, by), part);
    }
    return index.parts.get(valuesOf(other, by)) ?? [];
  }
}

function file(parts: Map<string, Labels[]>, key: string, part: Labels): void {
  const known = parts.get(key);
  if (known === undefined) parts.set(key, [part]);
  else known.push(part);
}

function valuesOf(part: Labels, labels: readonly string[]): string {
  return JSON.stringify(labels.map((label) => part.get(label) ?? ''));
}
