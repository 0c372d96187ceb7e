import type { Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import type { Input, Rule } from '../../rules/rule.js';
import type { Supply } from '../../rules/supply.js';

/** What has to run so that these rules do what they would among all: those that suppress them, and what they read. */
export function neededPlan(plan: Plan, ids: ReadonlySet<string>): Plan {
  const rules = withSuppressors(plan.rules, ids);
  const supplies = suppliesOf(plan, rules);
  return {
    rules,
    views: (plan.views ?? []).filter((view) => supplies.has(view)),
    models: (plan.models ?? []).filter((model) => supplies.has(model)),
  };
}

/** What of the files of a site says what runs in such a plan: other rules are left out, as they take longest to read. */
export function neededFiles(
  files: readonly SourceFile[],
  { parts }: LoadedRules,
  { rules }: Plan,
): readonly SourceFile[] {
  const paths = new Set(rules.map(({ id }) => parts.get(`rule:${id}`)?.path));
  return files.filter(({ path }) => !path.startsWith('rules/') || paths.has(path));
}

function withSuppressors(all: readonly Rule[], ids: ReadonlySet<string>): Rule[] {
  const needed = new Set(ids);
  const byId = new Map(all.map((rule) => [rule.id, rule]));
  // A set that grows while it is gone through is gone through to its end.
  for (const id of needed) for (const { rule } of byId.get(id)?.suppressedBy ?? []) needed.add(rule);
  return all.filter(({ id }) => needed.has(id));
}

function suppliesOf({ views = [], models = [] }: Plan, rules: readonly Rule[]): ReadonlySet<Supply> {
  const byKey = new Map<string, Supply>([...views, ...models].map((one) => [`${one.kind}:${one.id}`, one]));
  const needed = new Set<Supply>();
  const read = (inputs: readonly Input[]): void => {
    for (const { source } of inputs) {
      const key =
        source.kind === 'view'
          ? `view:${source.view}`
          : source.kind === 'model'
            ? `model:${source.model}`
            : '';
      const supply = byKey.get(key);
      if (supply !== undefined) needed.add(supply);
    }
  };
  for (const { inputs } of rules) read(inputs);
  for (const { inputs } of needed) read(inputs);
  return needed;
}
