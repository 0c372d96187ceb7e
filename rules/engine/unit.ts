import type { Plan } from '../engine.js';
import type { InputSource, Rule } from '../rule.js';
import type { Supply } from '../supply.js';
import { compareCodePoints } from './code-point-order.js';
import type { Forerunner } from './forerunners.js';

/**
 * What the engine runs: a rule, or a view, a model or a forerunner as a rule that raises nothing. Everything but what
 * becomes of its signals is the same.
 */
export interface Unit {
  readonly rule: Rule;
  /** `null`: it is a rule, or goes before the instances of one. */
  readonly supply: Supply | null;
  /** `null`: its instances are those of a rule, a view or a model. */
  readonly forerunner: Forerunner | null;
}

/** The name of the signal of a field; none of the file can have it. */
export function fieldSignal(field: string): string {
  return `emit ${field}`;
}

/** No rule is called so. */
export function suppliedKey({ kind, id }: Pick<Supply, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

/**
 * In the order in which they settle in a step: views and models, each after those it reads, then rules by id. Throws if
 * one reads what is not there.
 */
export function unitsOf({ rules, views = [], models = [] }: Plan): Unit[] {
  const enabled = rules.filter(({ enabled }) => enabled).sort((a, b) => compareCodePoints(a.id, b.id));
  const supplies = inOrder([...views, ...models]);
  const known = new Set(supplies.map(suppliedKey));
  for (const { inputs } of [...supplies, ...enabled]) {
    for (const { source } of inputs) {
      const other = sourceOf(source);
      if (other !== null && !known.has(suppliedKey(other)))
        throw new Error(`there is no ${other.kind} ${other.id} to read`);
    }
  }
  return [
    ...supplies.map(unitOfSupply),
    ...enabled.map((rule) => ({ rule, supply: null, forerunner: null })),
  ];
}

/** The view or model that an input reads; `null`: it reads topics. */
function sourceOf(source: InputSource): Pick<Supply, 'kind' | 'id'> | null {
  if (source.kind === 'topic') return null;
  return { kind: source.kind, id: source.kind === 'view' ? source.view : source.model };
}

function inOrder(supplies: readonly Supply[]): Supply[] {
  const byId = new Map(supplies.map((supply) => [suppliedKey(supply), supply]));
  const ordered = new Set<Supply>();
  const visit = (supply: Supply): void => {
    if (ordered.has(supply)) return;
    for (const { source } of supply.inputs) {
      const read = sourceOf(source);
      const other = read === null ? undefined : byId.get(suppliedKey(read));
      if (other !== undefined) visit(other);
    }
    ordered.add(supply);
  };
  for (const id of [...byId.keys()].sort(compareCodePoints)) {
    const supply = byId.get(id);
    if (supply !== undefined) visit(supply);
  }
  return [...ordered];
}

function unitOfSupply(supply: Supply): Unit {
  const { inputs, groupBy, lets, tables, functions, forgetAfterMs, maxInstances } = supply;
  const fields = supply.kind === 'view' ? supply.emit : [];
  const rule: Rule = {
    id: suppliedKey(supply),
    title: null,
    description: null,
    runbook: null,
    enabled: true,
    inputs,
    groupBy,
    lets: [...lets, ...fields.map(({ field, signal }) => ({ name: fieldSignal(field), signal }))],
    levels: [],
    labels: [],
    active: null,
    suppressedBy: [],
    tables,
    functions,
    keepForMs: 0,
    latch: false,
    onUnknown: 'hold',
    message: { parts: [] },
    notify: [],
    quiet: true,
    forgetAfterMs,
    maxInstances,
  };
  return { rule, supply, forerunner: null };
}

/** All that makes it what it is, written out. */
export function unitText({ rule, supply }: Unit): string {
  return supply === null ? JSON.stringify(rule) : JSON.stringify([rule, supplyKey(supply)]);
}

/** What becomes of its signals, written out; two versions with the same give the same. */
export function supplyKey(supply: Supply | null): string {
  if (supply === null) return '';
  if (supply.kind === 'view') return JSON.stringify([supply.everyMs, supply.publish?.text ?? null]);
  const { everyMs, features, outputs, hash } = supply;
  return JSON.stringify([everyMs, features, outputs, hash]);
}
