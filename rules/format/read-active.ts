import type { z } from 'zod';
import type { ActiveSpan } from '../rule.js';
import { headOf, type JsonNode } from './json-tree.js';
import type { RuleContext } from './rule-context.js';
import { activeShape, DAYS } from './rule-shape.js';

/** Reads the schedule of a rule: one span or a list of them (rule reference, section 1). `null`: always. */
export function readActive(context: RuleContext, node: JsonNode | undefined): ActiveSpan[] | null {
  if (!node) return null;
  if (node.kind !== 'array') return readSpan(context, node);
  if (node.items.length === 0) {
    const message = 'Without a span the rule would never be active.';
    context.report(headOf(node), {
      code: 'empty-list',
      message,
      hint: 'Leave `active` out, or set "enabled": false.',
    });
  }
  return node.items.flatMap((item) => readSpan(context, item));
}

function readSpan(context: RuleContext, node: JsonNode): ActiveSpan[] {
  const shape = context.document.read(node, activeShape);
  if (!shape) return [];
  const span = activeSpan(shape);
  if (span.fromMinute === 24 * 60) {
    const from = node.kind === 'object' ? node.properties.get('from')?.value : undefined;
    const message = '`from` is the start of a span; a day ends at "24:00".';
    context.report(from ?? node, { code: 'invalid-value', message, hint: 'Write "00:00".' });
  }
  return [span];
}

export function activeSpan({ timezone, days, from, to }: z.output<typeof activeShape>): ActiveSpan {
  return {
    timezone,
    days: [...new Set(days.map((day) => DAYS.indexOf(day)))].sort((a, b) => a - b),
    fromMinute: minutes(from),
    toMinute: minutes(to),
  };
}

function minutes(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}
