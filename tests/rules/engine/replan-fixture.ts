import { expect } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import type { JsonValue } from '../../../rules/reading.js';
import { at, planOf, type RuleSource, rows, until } from './engine-fixture.js';

export type Came = readonly [seconds: number, topic: string, payload: JsonValue];

/** Rules that change while they run, 100 s after the start. */
export interface Swap {
  readonly name: string;
  readonly before: readonly RuleSource[];
  readonly came: readonly Came[];
  readonly after: readonly RuleSource[];
  /** Events of the swap. */
  readonly swap: readonly string[];
  readonly thenCame?: readonly Came[];
  /** Until when time passes after the last message. */
  readonly until?: number;
  /** Events after the swap. */
  readonly next?: readonly string[];
}

const SWAP_AT = 100;

export const HOT: RuleSource = { id: 'hot', when: { value: 'x', above: 80 } };
export const AT_90: readonly Came[] = [[0, 'f/a/x', 90]];

export function verify({ before, came, after, swap, thenCame = [], until: end, next = [] }: Swap): void {
  const engine = createEngine(planOf(...before));
  feed(engine, came);
  until(engine, SWAP_AT);
  expect(rows(engine.replan(planOf(...after)))).toEqual(swap);
  const then = feed(engine, thenCame);
  expect([...then, ...(end === undefined ? [] : until(engine, end))]).toEqual(next);
}

function feed(engine: Engine, came: readonly Came[]): string[] {
  return came.flatMap(([seconds, topic, payload]) => rows(engine.message(at(seconds, topic, payload))));
}
