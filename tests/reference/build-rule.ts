import type { Scalar } from '../../rules/reading.js';
import type {
  Aggregate,
  Comparison,
  Condition,
  Input,
  Level,
  Operand,
  OrderComparator,
  Rule,
  Signal,
} from '../../rules/rule.js';
import type { PatternLevel, TopicPattern } from '../../rules/topic-pattern.js';

/** A rule with one `warning` level and defaults for everything not given. */
export function buildRule(when: Condition | readonly Level[], parts: Partial<Rule> = {}): Rule {
  const inputs = parts.inputs ?? [buildInput('x', 'x/{m}')];
  const captures = inputs.flatMap(({ source }) => (source.kind === 'topic' ? source.pattern.captures : []));
  return {
    id: 'r',
    title: null,
    description: null,
    runbook: null,
    enabled: true,
    inputs,
    groupBy: [...new Set(captures)],
    lets: [],
    levels: 'kind' in when ? [{ severity: 'warning', condition: when }] : when,
    labels: [],
    active: null,
    suppressedBy: [],
    tables: [],
    functions: [],
    keepForMs: 0,
    latch: false,
    onUnknown: 'hold',
    message: { parts: [{ kind: 'text', text: 'r' }] },
    notify: null,
    quiet: false,
    forgetAfterMs: 30 * 86_400_000,
    maxInstances: 10_000,
    ...parts,
  };
}

export function buildInput(name: string, topic: string, parts: Partial<Input> = {}): Input {
  return {
    name,
    source: { kind: 'topic', pattern: buildPattern(topic), field: 'value' },
    maxAgeMs: null,
    unit: null,
    ...parts,
  };
}

function buildPattern(text: string): TopicPattern {
  const levels = text.split('/').map(buildLevel);
  return {
    text,
    levels,
    captures: levels.flatMap((level) => (level.kind === 'capture' ? [level.name] : [])),
    hasWildcard: levels.some(({ kind }) => kind === 'any' || kind === 'rest'),
  };
}

function buildLevel(text: string): PatternLevel {
  if (text === '+') return { kind: 'any' };
  if (text === '#') return { kind: 'rest' };
  if (text.startsWith('{')) return { kind: 'capture', name: text.slice(1, -1) };
  return { kind: 'literal', text };
}

export const named = (name: string): Signal => ({ kind: 'name', name });

export const literal = (value: Scalar): Operand => ({ kind: 'literal', value, seconds: null });

export function compareWith(signal: Signal | string, comparison: Comparison, deadband = 0): Condition {
  return {
    kind: 'compare',
    signal: typeof signal === 'string' ? named(signal) : signal,
    comparison,
    deadband,
  };
}

export function order(comparator: OrderComparator, limit: Scalar): Comparison {
  return { comparator, operand: literal(limit) };
}

/** `x` is above the limit. */
export const above = (limit: number, deadband = 0): Condition =>
  compareWith('x', order('above', limit), deadband);

export const held = (forMs: number, of: Condition): Condition => ({ kind: 'for', forMs, of });

export const kept = (keepForMs: number, of: Condition): Condition => ({ kind: 'keepFor', keepForMs, of });

export const repeated = (count: number, withinMs: number, of: Condition): Condition => ({
  kind: 'times',
  count,
  withinMs,
  of,
});

/** An aggregate of `x`. */
export function aggregateOf(
  name: Aggregate['function'],
  window: Aggregate['window'],
  parts: Partial<Aggregate> = {},
): Aggregate {
  return {
    kind: 'aggregate',
    function: name,
    percent: null,
    of: named('x'),
    window,
    where: [],
    minCount: null,
    full: false,
    perMs: 1000,
    aheadMs: null,
    limit: null,
    ...parts,
  };
}
