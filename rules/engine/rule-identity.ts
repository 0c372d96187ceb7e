import { createHash } from 'node:crypto';
import type { Condition, Rule, Signal } from '../rule.js';

/** Two versions of a rule with the same inputs have the same instances and read the same series. `unit` is text only, and `maxAge` a way of looking. */
export function inputsKey({ inputs, groupBy }: Rule): string {
  const sources = inputs.map(({ name, source }) => [name, source] as const);
  return JSON.stringify([sources.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)), groupBy]);
}

/** Two versions of a rule that decide the same differ in words only: nothing needs to be evaluated for the other one. */
export function decisionKey(rule: Rule): string {
  const { lets, levels, active, keepForMs, latch, onUnknown, tables, functions } = rule;
  const inputs = rule.inputs.map(({ name, maxAgeMs }) => [name, maxAgeMs]);
  const names = new Set<string>();
  collectTexts([lets, levels], names);
  const isKey = (name: string) => tables.some(({ columns }) => columns.includes(name));
  const labels = rule.labels.filter(({ name }) => names.has(name) || isKey(name));
  return JSON.stringify([
    inputs,
    lets,
    levels,
    active,
    keepForMs,
    latch,
    onUnknown,
    tables,
    functions,
    labels,
  ]);
}

/**
 * What the signals and conditions of a rule mean, written out: themselves, and every `let`, input and fixed label that
 * they are made of. Equal texts in two versions of a rule are the same thing, and its state goes over: also where a
 * table has other values by now.
 */
export class Definitions {
  readonly #named: ReadonlyMap<string, unknown>;
  readonly #makings = new Map<string, Making>();
  readonly #texts = new Map<Signal | Condition, string>();

  constructor({ inputs, lets, labels }: Rule) {
    this.#named = new Map<string, unknown>([
      ...inputs.map(({ name, maxAgeMs }) => [name, maxAgeMs] as const),
      ...lets.map(({ name, signal }) => [name, signal] as const),
      ...labels.map(({ name, value }) => [name, value] as const),
    ]);
  }

  of(part: Signal | Condition): string {
    let text = this.#texts.get(part);
    if (text === undefined) {
      text = `${JSON.stringify(part)} ${digestOf(JSON.stringify(this.#madeOf(part)))}`;
      this.#texts.set(part, text);
    }
    return text;
  }

  /** Of what it names, and of what that names, what each means: not all of it again, as there may be much. */
  #madeOf(part: Signal | Condition): [name: string, digest: string][] {
    const found = new Map<string, string>();
    const names = new Set<string>();
    collectTexts(part, names);
    // What is added while it runs through it has its turn, too.
    for (const name of names) {
      const making = this.#makingOf(name);
      if (making === null) continue;
      found.set(name, making.digest);
      for (const inner of making.names) names.add(inner);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #makingOf(name: string): Making | null {
    if (!this.#named.has(name)) return null;
    let making = this.#makings.get(name);
    if (making === undefined) {
      const definition = this.#named.get(name);
      const names = new Set<string>();
      collectTexts(definition, names);
      making = {
        digest: digestOf(JSON.stringify(definition)),
        names: [...names].filter((one) => this.#named.has(one)),
      };
      this.#makings.set(name, making);
    }
    return making;
  }
}

/** What an input, a `let` or a fixed label is, and what it names. */
interface Making {
  readonly digest: string;
  readonly names: readonly string[];
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Every text in a part of a rule. One that only looks like a name does no harm: it makes a definition longer. */
function collectTexts(part: unknown, texts: Set<string>): void {
  if (typeof part === 'string') texts.add(part);
  else if (typeof part === 'object' && part !== null) {
    for (const value of Object.values(part)) collectTexts(value, texts);
  }
}
