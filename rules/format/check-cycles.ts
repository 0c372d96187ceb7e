import type { Signal } from '../rule.js';
import { orderGraph } from './order-graph.js';
import type { RuleDraft } from './read-rule.js';
import { walkSignal } from './walk-rule.js';

/** Reports `let` signals that are made of themselves. Gives all of them, each after those it is made of. */
export function checkCycles({ rule, context }: RuleDraft): readonly string[] {
  const needs = new Map(rule.lets.map(({ name, signal }) => [name, namesIn(signal)]));
  const { order, cycles } = orderGraph(needs);
  for (const cycle of cycles) {
    const message = `This signal is made of itself: ${shortened(cycle).join(' → ')}.`;
    const first = rule.lets.find(({ name }) => name === cycle[0]);
    context.reportOn(first ?? rule, {
      code: 'let-cycle',
      message,
      hint: 'A signal can only use what does not use it.',
    });
  }
  return order;
}

function namesIn(signal: Signal): string[] {
  const names = new Set<string>();
  walkSignal(signal, {
    signal: (part) => void (part.kind === 'name' && names.add(part.name)),
    expression: (part) => void (part.kind === 'name' && names.add(part.name)),
  });
  return [...names];
}

/** A circle of any length in one line. */
export function shortened(cycle: readonly string[]): readonly string[] {
  return cycle.length <= SHOWN_MAX ? cycle : [...cycle.slice(0, SHOWN_MAX - 2), '…', ...cycle.slice(-1)];
}

const SHOWN_MAX = 10;
