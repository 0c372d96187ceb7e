import type { AlertEvent } from '../../rules/alert-event.js';
import { isSystemRule } from './system-alert.js';

/** What is owed to each receiver of an event. Nobody owes anybody to tell what the program says of itself. */
export function obligationsOf({ rule }: AlertEvent): number {
  return isSystemRule(rule) ? 0 : 1;
}
