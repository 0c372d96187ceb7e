import type { Engine } from '../../rules/engine.js';
import type { Rule } from '../../rules/rule.js';
import { sharedLabels } from '../delivery/suppressors.js';

/** An alert that suppresses another one. */
export interface MutingAlert {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Which alerts suppress that of an instance, if it fires: those of the rules in its `suppressedBy` that fire with equal labels. */
export function mutingAlerts(
  engine: Pick<Engine, 'instances'>,
  rules: readonly Rule[],
  instance: MutingAlert,
): MutingAlert[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const rule = byId.get(instance.rule);
  if (rule === undefined) return [];
  return rule.suppressedBy.flatMap((suppressor) => {
    const by = byId.get(suppressor.rule);
    if (by === undefined) return [];
    const names = sharedLabels(suppressor, rule, by);
    const isEqual = (labels: MutingAlert['labels']) =>
      names.every((name) => (labels[name] ?? '') === (instance.labels[name] ?? ''));
    return engine
      .instances(by.id)
      .filter(({ state, labels }) => state === 'firing' && isEqual(labels))
      .map(({ labels }) => ({ rule: by.id, labels }));
  });
}
