import type { Plan } from '../engine.js';
import { pastParts } from './past-parts.js';
import { inputsKey } from './rule-identity.js';
import { hashOf } from './rule-runtime.js';
import { suppliedKey, type Unit, unitsOf } from './unit.js';

/** Rules by id, views and models as `view:id` and `model:id`. */
export type UnitKeys = ReadonlySet<string>;

/** How one plan becomes another, where some of it is to know the past before it runs. */
export interface PlanSplit {
  /** New, or another version than runs, and better not run before they have seen the past. */
  readonly warming: UnitKeys;
  /** Go on as they run until then: older versions of those, and views and models that these read. */
  readonly held: UnitKeys;
}

const ALL_AT_ONCE: PlanSplit = { warming: new Set(), held: new Set() };

/** Says which rules of the next plan go over at once and which do not. Both plans can be run. */
export function splitPlan(running: Plan, next: Plan): PlanSplit {
  const before = byKey(unitsOf(running));
  const after = byKey(unitsOf(next));
  const warming = new Set<string>();
  for (const [key, unit] of after) if (goesByMore(before.get(key), unit)) warming.add(key);
  if (warming.size === 0) return ALL_AT_ONCE;
  // In the order in which they settle: whoever reads one of these comes after it.
  for (const [key, unit] of after) {
    if (!readsAsBefore(before.get(key), unit) && readsOf(unit).some((read) => warming.has(read))) {
      warming.add(key);
    }
  }
  const held = new Set([...warming].filter((key) => before.has(key)));
  for (const [key, unit] of [...before].reverse()) {
    if (!held.has(key)) continue;
    for (const read of readsOf(unit)) if (warming.has(read) || !after.has(read)) held.add(read);
  }
  return { warming, held };
}

/** These, and the views and models that they are made of. */
export function withSources(plan: Plan, keys: UnitKeys): UnitKeys {
  const chosen = new Set(keys);
  for (const unit of unitsOf(plan).reverse()) {
    if (chosen.has(unit.rule.id)) for (const read of readsOf(unit)) chosen.add(read);
  }
  return chosen;
}

/** Of a plan those that are, or are not, among these. */
export function partOf(plan: Plan, keys: UnitKeys, isIn = true): Required<Plan> {
  const { rules, views = [], models = [] } = plan;
  return {
    rules: rules.filter(({ id }) => keys.has(id) === isIn),
    views: views.filter((view) => keys.has(suppliedKey(view)) === isIn),
    models: models.filter((model) => keys.has(suppliedKey(model)) === isIn),
  };
}

/** Does it go by something of the past that nothing running knows? */
function goesByMore(before: Unit | undefined, after: Unit): boolean {
  if (before !== undefined && hashOf(before) === hashOf(after)) return false;
  const parts = pastParts(after);
  if (before === undefined || !readsAsBefore(before, after)) return parts.size > 0;
  const known = pastParts(before);
  return [...parts].some((part) => !known.has(part));
}

function readsAsBefore(before: Unit | undefined, after: Unit): boolean {
  return before !== undefined && inputsKey(before.rule) === inputsKey(after.rule);
}

function readsOf({ rule }: Unit): string[] {
  return rule.inputs.flatMap(({ source }) => {
    if (source.kind === 'topic') return [];
    return [suppliedKey({ kind: source.kind, id: source.kind === 'view' ? source.view : source.model })];
  });
}

function byKey(units: readonly Unit[]): Map<string, Unit> {
  return new Map(units.map((unit) => [unit.rule.id, unit]));
}
