import { z } from 'zod';
import { expectations } from './expectation.js';

/**
 * What stands in a key whose value is read by a function of ours, one level at a time, instead of by its schema:
 * a nested union of strict schemas would answer one mistake with a heap of issues.
 */
export type SlotKind =
  | 'signal'
  | 'condition'
  | 'conditions'
  | 'operand'
  | 'operands'
  | 'range'
  | 'where'
  | 'when'
  | 'input'
  | 'inputs'
  | 'lets'
  | 'emit'
  | 'views'
  | 'rules'
  | 'active';

const WHAT: Readonly<Record<SlotKind, string>> = {
  signal: 'a signal: a name, an expression, or an object such as { "avg": "temp", "over": "5m" }',
  condition: 'a condition: an expression, or an object such as { "value": "temp", "above": 80 }',
  conditions: 'a list of conditions',
  operand: 'a number, a text, true or false, or a signal object such as { "value": "setpoint" }',
  operands: 'a list of values',
  range: 'a list of two values, the lower one first',
  where: 'an object of comparators such as { "above": 80 }',
  when: 'a condition, or an object with a condition for `info`, `warning` or `critical`',
  input: 'the name of an input',
  inputs: 'an object that gives each input a name, such as { "temp": "factory/{machine}/temperature" }',
  lets: 'an object that gives each signal a name',
  emit: 'an object that gives each field a signal, such as { "mean": { "avg": "temp", "over": "5m" } }',
  views: 'a list of views',
  rules: 'a list of rules',
  active: 'a time span such as { "from": "06:00", "to": "22:00" }, or a list of them',
};

/** A key that must be there and whose value is looked at later. In the JSON Schema it refers to `#/$defs/<kind>`. */
export function slot(kind: SlotKind, description: string) {
  return z
    .custom<unknown>((value) => value !== undefined)
    .meta({ description, slot: kind })
    .register(expectations, { what: WHAT[kind], isOpaque: true });
}

/** What belongs into a slot, in words. */
export function slotWords(kind: SlotKind): string {
  return WHAT[kind];
}
