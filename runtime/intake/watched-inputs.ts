import { suppliedKey } from '../../rules/engine/unit.js';
import type { Plan } from '../../rules/engine.js';
import { walkRule } from '../../rules/format/walk-rule.js';
import type { Input, InputSource, Rule } from '../../rules/rule.js';

/** An input of something that is evaluated. */
export interface PlannedInput {
  readonly source: InputSource;
  /** Would it fall silent without anybody hearing of it? */
  readonly isWatched: boolean;
}

/**
 * The inputs of all that is evaluated. Those of a view or model are watched where a watched input of a rule is made of
 * them, directly or through others.
 */
export function plannedInputs({ rules, views = [], models = [] }: Plan): PlannedInput[] {
  const enabled = rules.filter((rule) => rule.enabled);
  const ofRules = enabled.flatMap((rule) => {
    const watched = watchedInputs(rule);
    return rule.inputs.map(({ name, source }) => ({ source, isWatched: watched.has(name) }));
  });
  const supplies = new Map([...views, ...models].map((supply) => [suppliedKey(supply), supply]));
  const watched = new Set<string>();
  const watch = (source: InputSource): void => {
    const key = sourceKey(source);
    if (key === null || watched.has(key)) return;
    watched.add(key);
    for (const input of supplies.get(key)?.inputs ?? []) if (input.maxAgeMs === null) watch(input.source);
  };
  for (const { source, isWatched } of ofRules) if (isWatched) watch(source);
  const ofSupplies = [...supplies].flatMap(([key, { inputs }]) =>
    inputs.map((input: Input) => ({
      source: input.source,
      isWatched: watched.has(key) && input.maxAgeMs === null,
    })),
  );
  return [...ofRules, ...ofSupplies];
}

function sourceKey(source: InputSource): string | null {
  if (source.kind === 'topic') return null;
  return suppliedKey({ kind: source.kind, id: source.kind === 'view' ? source.view : source.model });
}

/**
 * The inputs of a rule that would fall silent without anybody hearing of it: those without `maxAge`, that no `absent`
 * is about, of a rule that is not `quiet`.
 */
function watchedInputs(rule: Rule): ReadonlySet<string> {
  if (rule.quiet || !rule.enabled) return new Set();
  const watched = new Set(rule.inputs.filter(({ maxAgeMs }) => maxAgeMs === null).map(({ name }) => name));
  walkRule(rule, {
    condition: (condition) => {
      if (condition.kind === 'absent') watched.delete(condition.input);
    },
  });
  return watched;
}
