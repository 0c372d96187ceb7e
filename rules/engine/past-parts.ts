import { Definitions } from './rule-identity.js';
import { supplyKey, type Unit } from './unit.js';

/** Signals and conditions that go by what was, not only by the newest values. */
const KINDS: ReadonlySet<unknown> = new Set([
  'aggregate',
  'ewma',
  'previous',
  'changed',
  'absent',
  'sequence',
  'after',
  'times',
  'for',
  'keepFor',
]);

/**
 * What of a rule, a view or a model goes by the past, each part by what it means: what two versions have in common goes
 * over from one to the other.
 */
export function pastParts({ rule, supply }: Unit): Set<string> {
  const definitions = new Definitions(rule);
  const parts = new Set<string>();
  visit([rule.lets, rule.levels], (part) => parts.add(definitions.of(part)));
  // The rows of a view are a table of all machines, those that say something seldom too.
  if (supply !== null) parts.add(`rows ${supplyKey(supply)}`);
  return parts;
}

type Part = Parameters<Definitions['of']>[0];

function visit(part: unknown, take: (part: Part) => void): void {
  if (typeof part !== 'object' || part === null) return;
  // What has one of these kinds is a signal or a condition.
  if ('kind' in part && (KINDS.has(part.kind) || hasDeadband(part))) take(part as Part);
  for (const inner of Object.values(part)) visit(inner, take);
}

function hasDeadband(part: object): boolean {
  return 'deadband' in part && typeof part.deadband === 'number' && part.deadband > 0;
}
