// No window holds more readings than it may, however long it is. Method: windows that may hold three, told of ten.
import { expect, it } from 'vitest';
import { RuleEngine } from '../../../rules/engine/rule-engine.js';
import type { JsonValue } from '../../../rules/reading.js';
import { ReadingWindow, WINDOW_READINGS_MAX } from '../../../rules/windows/reading-window.js';
import { at, planOf } from '../engine/engine-fixture.js';

it.each<[name: string, keys: Readonly<Record<string, JsonValue>>]>([
  ['sliding', { over: '30d' }],
  ['aligned', { every: '1d' }],
  ['session', { session: '1h' }],
  ['during', { during: 'x > 0' }],
])('%s: of more than it may hold the newest count', (_, keys) => {
  const engine = new RuleEngine(
    planOf({
      id: 'r',
      let: { n: { count: 'x', ...keys }, sum: { sum: 'x', ...keys }, low: { min: 'x', ...keys } },
    }),
  );
  engine.message(at(1, 'f/a/x', 1));
  const windows = [...engine.binder.sources()].flatMap(({ sinks }) =>
    sinks.filter((sink) => sink instanceof ReadingWindow),
  );
  expect(windows.length).toBeGreaterThan(0);
  for (const window of windows) {
    expect(window.readingsMax).toBe(WINDOW_READINGS_MAX);
    window.readingsMax = 3;
  }
  for (let i = 2; i <= 10; i++) engine.message(at(i, 'f/a/x', i));
  engine.advance(at(86_400, '', 0).time);
  const [event] = engine.message(at(86_400, 'f/a/x', 100));
  // 8, 9 and 10; what is live has the reading that shows it, too.
  const isLive = 'over' in keys || 'during' in keys;
  expect(event?.values).toMatchObject(
    isLive ? { n: 3, sum: 9 + 10 + 100, low: 9 } : { n: 3, sum: 8 + 9 + 10, low: 8 },
  );
});
