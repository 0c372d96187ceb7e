import type { Rule, Severity } from '../../rules/rule.js';
import type { AlertKind } from '../delivery/route-cases.js';
import { UsageError } from './command.js';
import { noSuchRule } from './label-arguments.js';

/** Which alerts are asked about; `null` and no labels: all. */
export interface AlertFilter {
  readonly rule: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: Severity | null;
}

/**
 * The alerts that rules can raise, by rule and severity.
 *
 * @param system alerts of the program about itself, which are shown by name only
 * @throws {UsageError} there are none like that
 */
export function alertKinds(
  rules: readonly Rule[],
  system: ReadonlyMap<string, Severity>,
  filter: AlertFilter,
): AlertKind[] {
  const { rule: id, labels, severity } = filter;
  const systemSeverity = id === null ? undefined : system.get(id);
  if (id !== null && systemSeverity !== undefined) {
    return [{ rule: id, severity: severity ?? systemSeverity, labels, openLabels: [] }];
  }
  const named = rules.filter((rule) => (id === null ? rule.enabled : rule.id === id));
  if (id !== null && named.length === 0) {
    throw noSuchRule(id, [...rules.map((rule) => rule.id), ...system.keys()]);
  }
  const chosen = named.filter((rule) => canHave(rule, labels));
  if (chosen.length === 0) throw new UsageError(noSuchLabels(id, named, labels));
  const kinds = chosen.flatMap((rule) => kindsOf(rule, filter));
  if (kinds.length > 0) return kinds;
  throw new UsageError(`no ${id === null ? 'rule' : `alert of '${id}'`} is ever ${severity}`);
}

function kindsOf(rule: Rule, { labels, severity }: AlertFilter): AlertKind[] {
  const fixed = rule.labels.map(({ name, value }) => [name, value] as const);
  const all = { ...Object.fromEntries(fixed), ...labels };
  const openLabels = rule.groupBy.filter((name) => !Object.hasOwn(labels, name));
  return rule.levels
    .map((level) => level.severity)
    .filter((one) => severity === null || one === severity)
    .map((one) => ({ rule: rule.id, severity: one, labels: all, openLabels }));
}

function canHave({ groupBy, labels: fixed }: Rule, labels: AlertFilter['labels']): boolean {
  return Object.entries(labels).every(
    ([name, value]) =>
      groupBy.includes(name) || fixed.some((one) => one.name === name && one.value === value),
  );
}

function noSuchLabels(id: string | null, rules: readonly Rule[], labels: AlertFilter['labels']): string {
  const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  if (id === null) return `no rule has alerts with ${given.join(' ')}`;
  const names = rules.flatMap(({ groupBy, labels: fixed }) => [
    ...groupBy,
    ...fixed.map(({ name, value }) => `${name}=${value}`),
  ]);
  return `alerts of '${id}' ${names.length === 0 ? 'have no labels' : `have the labels ${names.join(', ')}`}`;
}
