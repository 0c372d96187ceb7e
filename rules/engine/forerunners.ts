import type { Rule } from '../rule.js';
import { compareCodePoints } from './code-point-order.js';
import { isPooled } from './concrete-topic.js';
import { capturedLabels, type EarlySignal, earlySignals } from './early-signals.js';
import type { Unit } from './unit.js';

/**
 * What goes before the instances of a rule, a view or a model: it works out, from shared inputs alone, the signals that look
 * at readings of before an instance began. An instance that begins takes over what it has seen.
 */
export interface Forerunner {
  /** The unit of whose instances it is ahead. */
  readonly of: string;
  /** By index: the inputs that it reads. The others have not been heard of. */
  readonly reads: readonly boolean[];
  /** By index: the inputs that are pooled in the instances that come. */
  readonly pooled: readonly boolean[];
  /** The `let` that it works out. */
  readonly signals: readonly string[];
}

/** Labels that different inputs capture can be joined in many ways; nobody needs more than a few. */
export const FORERUNNERS_MAX = 16;

/** Units in the order in which they settle, with the forerunners of their instances ahead of the rules. */
export function withForerunners(units: readonly Unit[]): Unit[] {
  const forerunners = units.flatMap(forerunnersOf);
  const rules = units.findIndex(({ supply }) => supply === null);
  const at = rules < 0 ? units.length : rules;
  return [...units.slice(0, at), ...forerunners, ...units.slice(at)];
}

/** The sets of labels for which a rule needs forerunners: all that its shared inputs can name together, the largest first. */
export function forerunnerLabels(rule: Rule, early: readonly EarlySignal[]): string[][] {
  const inputs = new Set(early.flatMap((signal) => [...signal.inputs]));
  const sets = new Map<string, string[]>();
  for (const input of inputs) {
    const labels = capturedLabels(rule, input);
    for (const known of [...sets.values(), []]) {
      const joined = rule.groupBy.filter((label) => labels.includes(label) || known.includes(label));
      sets.set(joined.join(), joined);
      if (sets.size > FORERUNNERS_MAX) return [...sets.values()];
    }
  }
  return [...sets.values()].sort((a, b) => b.length - a.length || compareCodePoints(a.join(), b.join()));
}

function forerunnersOf({ rule }: Unit): Unit[] {
  const early = earlySignals(rule);
  return forerunnerLabels(rule, early).map((labels) => forerunnerFor(rule, labels, early));
}

/** The instances of a forerunner are not forgotten as long as the topics are known. */
function forerunnerFor(rule: Rule, groupBy: readonly string[], early: readonly EarlySignal[]): Unit {
  const reads = rule.inputs.map((input) => {
    const labels = capturedLabels(rule, input);
    return labels.length < rule.groupBy.length && labels.every((label) => groupBy.includes(label));
  });
  const pooled = rule.inputs.map(({ source }) => isPooled(source.pattern, rule.groupBy));
  const lets = early
    .filter(({ labels }) => [...labels].every((label) => groupBy.includes(label)))
    .map(({ signal }, index) => ({ name: `early ${index}`, signal }));
  const ahead: Rule = {
    ...rule,
    id: `before ${rule.id} ${groupBy.join(' ')}`,
    title: null,
    description: null,
    runbook: null,
    groupBy,
    lets: [...rule.lets, ...lets],
    levels: [],
    active: null,
    suppressedBy: [],
    keepForMs: 0,
    latch: false,
    message: { parts: [] },
    notify: [],
    quiet: true,
    forgetAfterMs: Number.POSITIVE_INFINITY,
    maxInstances: FORERUNNER_INSTANCES_MAX,
  };
  return {
    rule: ahead,
    supply: null,
    forerunner: { of: rule.id, reads, pooled, signals: lets.map(({ name }) => name) },
  };
}

const FORERUNNER_INSTANCES_MAX = 10_000;
