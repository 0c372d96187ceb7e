// Smallest cases of differences that random rules once found between the two engines; each must stay settled.
import { describe, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import type { RuleCommand } from '../../rules/engine.js';
import type { JsonValue, Message } from '../../rules/reading.js';
import { expectSameEvents } from './compare-events.js';
import type { RandomCase } from './random-case.js';
import type { EngineInput } from './random-inputs.js';
import { ReferenceEngine } from './reference-engine.js';
import { drained, feed, planOf } from './run-case.js';

export interface Row extends RandomCase {
  readonly name: string;
}

export const START = Date.UTC(2026, 0, 1);

/** A message so many seconds after the start; `own` is its own time in seconds, by default the same. */
export function at(seconds: number, topic: string, payload: JsonValue, own = seconds): EngineInput {
  const message: Message = { topic, payload, time: START + own * 1000, arrival: START + seconds * 1000 };
  return { kind: 'message', message };
}

/** The same from a source that waits so long for late readings, in ms. */
export function waiting(grace: number, input: EngineInput): EngineInput {
  return input.kind === 'message' ? { kind: 'message', message: { ...input.message, grace } } : input;
}

/** The same by a connection. */
export function by(source: string, input: EngineInput): EngineInput {
  return input.kind === 'message' ? { kind: 'message', message: { ...input.message, source } } : input;
}

export function command(
  kind: RuleCommand['kind'],
  rule: string,
  labels: Record<string, string>,
): EngineInput {
  return { kind: 'command', command: { kind, rule, labels } };
}

export const MACHINE = { x: 'f/{line}/{m}/x', y: 'f/{line}/{m}/y' };
export const LINE_BESIDE_MACHINE = {
  ...MACHINE,
  any: 'f/{line}/#',
  run: 'f/{line}/{m}/run',
};

/** A test for each row. */
export function table(rows: readonly Row[]): void {
  describe('the engine and the reference agree that', () => {
    it.each(rows)('$name', (row) => {
      const plan = planOf(row);
      const engine = createEngine(plan);
      const reference = new ReferenceEngine(plan);
      for (const input of drained(row.inputs)) {
        expectSameEvents(feed(engine, input, plan), feed(reference, input, plan), JSON.stringify(input));
      }
    });
  });
}
