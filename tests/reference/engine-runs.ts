import { deserialize, serialize } from 'node:v8';
import { expect } from 'vitest';
import type { AlertEvent } from '../../rules/alert-event.js';
import { StateBytesReader } from '../../rules/engine/state-bytes-reader.js';
import type { Engine, Snapshot } from '../../rules/engine.js';
import type { EngineInput } from './random-inputs.js';

/** Advances exactly to each deadline before the time of an input; what fires there has that time. */
export function toDeadlines(engine: Engine, input: EngineInput): AlertEvent[] {
  const until = timeOf(input);
  const events: AlertEvent[] = [];
  for (let due = engine.nextDeadline(); until !== null && due <= until; due = engine.nextDeadline()) {
    const fired = engine.advance(due);
    expect(new Set(fired.map(({ time }) => time)).size).toBeLessThanOrEqual(1);
    expect(engine.nextDeadline()).toBeGreaterThan(due);
    events.push(...fired);
  }
  return events;
}

/** The time of an input; `null`: whatever the engine's is. */
export function timeOf(input: EngineInput): number | null {
  switch (input.kind) {
    case 'message':
      return input.message.arrival;
    case 'advance':
      return input.time;
    case 'gap':
      return input.from;
    case 'offset':
    case 'command':
    case 'connection':
    case 'silence':
    case 'replan':
      return null;
  }
}

/** As it comes back from a store. */
export function copied(snapshot: Snapshot): Snapshot {
  return deserialize(serialize(snapshot));
}

/** What a snapshot says, value by value, for people who look at a difference. */
export function contentOf({ data }: Snapshot): unknown[] {
  const reader = new StateBytesReader(data);
  const values: unknown[] = [];
  while (!reader.isAtEnd) values.push(reader.value());
  return values;
}

export function eventText(events: readonly AlertEvent[]): string {
  return events.map((event) => JSON.stringify(event)).join('\n');
}
