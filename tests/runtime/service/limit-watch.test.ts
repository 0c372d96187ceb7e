/** Limits that leave something out: said while they do, and ended when they have not for a while. */
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { LimitWatch } from '../../../runtime/service/limit-watch.js';
import { SystemReporter } from '../../../runtime/service/system-reporter.js';

test('is raised once, and ends ten minutes after the last', () => {
  const events: AlertEvent[] = [];
  const pipeline = { system: async (event: AlertEvent) => void events.push(event) };
  const system = new SystemReporter(() => 1_000);
  system.begin(pipeline, []);
  let [count, now] = [0, 0];
  const watch = new LimitWatch({
    limits: [{ id: 'series', count: () => count, message: 'topics are left out' }],
    system,
    now: () => now,
  });
  const look = (at: number, total: number) => {
    [now, count] = [at, total];
    watch.look();
    return events.splice(0).map(({ rule, event }) => `${rule} ${event}`);
  };
  expect(look(0, 0)).toEqual([]);
  expect(look(10_000, 3)).toEqual(['tocsin/series firing']);
  expect(look(20_000, 4)).toEqual([]);
  expect(look(619_999, 4)).toEqual([]);
  expect(look(620_000, 4)).toEqual(['tocsin/series resolved']);
  expect(look(700_000, 5)).toEqual(['tocsin/series firing']);
});
