import type { Scalar } from '../reading.js';

/** Takes the state of nodes, value by value; what is read back must be read in the same order. */
export interface StateWriter {
  put(...values: unknown[]): void;
}

/** Collects it as a flat list. */
export class StateList implements StateWriter {
  readonly values: unknown[] = [];

  put(...values: unknown[]): void {
    for (let i = 0; i < values.length; i++) this.values.push(values[i]);
  }
}

/** Reads what a `StateList` collected. A value of another type means a broken snapshot: it throws. */
export class StateReader {
  #index = 0;

  /** @param memberOf the number that a member of the pool has here; the same by default */
  constructor(
    private readonly values: readonly unknown[],
    readonly memberOf: (member: number) => number = (member) => member,
  ) {}

  number(): number {
    const value = this.#next();
    if (typeof value !== 'number') throw new TypeError(`snapshot: number expected, got ${typeof value}`);
    return value;
  }

  boolean(): boolean {
    const value = this.#next();
    if (typeof value !== 'boolean') throw new TypeError(`snapshot: boolean expected, got ${typeof value}`);
    return value;
  }

  text(): string {
    const value = this.#next();
    if (typeof value !== 'string') throw new TypeError(`snapshot: text expected, got ${typeof value}`);
    return value;
  }

  /** A number, boolean or text, or nothing. */
  scalar(): Scalar | null {
    const value = this.#next();
    if (value === null) return null;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
    throw new TypeError(`snapshot: value expected, got ${typeof value}`);
  }

  optionalText(): string | undefined {
    const value = this.#next();
    if (value !== null && typeof value !== 'string')
      throw new TypeError('snapshot: text or nothing expected');
    return value ?? undefined;
  }

  numbers(): Float64Array {
    const value = this.#next();
    if (!(value instanceof Float64Array)) throw new TypeError('snapshot: list of numbers expected');
    return value;
  }

  list(): readonly unknown[] {
    const value = this.#next();
    if (!Array.isArray(value)) throw new TypeError('snapshot: list expected');
    return value;
  }

  /** A list of names with the state of each. */
  entries(): [name: string, state: readonly unknown[]][] {
    return this.list().map((entry) => {
      const [name, state] = Array.isArray(entry) ? entry : [];
      if (typeof name !== 'string' || !Array.isArray(state))
        throw new TypeError('snapshot: named state expected');
      return [name, state];
    });
  }

  get done(): boolean {
    return this.#index === this.values.length;
  }

  #next(): unknown {
    if (this.done) throw new RangeError('snapshot: ends too early');
    return this.values[this.#index++];
  }
}
