// People are told once of a function that threw, and when it works again.
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { FailedFunction } from '../../../rules/engine.js';
import { FunctionWatch } from '../../../runtime/service/function-watch.js';
import { SystemReporter } from '../../../runtime/service/system-reporter.js';

test('a function that threw is said once, and again when its file is another', () => {
  const events: AlertEvent[] = [];
  const system = new SystemReporter(() => 1_000);
  system.begin({ system: (event) => Promise.resolve(void events.push(event)) }, []);
  let failed: readonly FailedFunction[] = [];
  const watch = new FunctionWatch({ failed: () => failed, system });
  watch.look();
  expect(events).toEqual([]);
  failed = [{ name: 'dewPoint', message: 'too cold', time: 500 }];
  watch.look();
  watch.look();
  failed = [];
  watch.look();
  watch.look();
  expect(events.map(({ rule, event, labels, message }) => [rule, event, labels, message])).toEqual([
    [
      'tocsin/function-failed',
      'firing',
      { function: 'dewPoint' },
      'functions/dewPoint.js threw: too cold. What rules make of it is unknown until the file is changed.',
    ],
    [
      'tocsin/function-failed',
      'resolved',
      { function: 'dewPoint' },
      'functions/dewPoint.js is another, or not called any more',
    ],
  ]);
});
