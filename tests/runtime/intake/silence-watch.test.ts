/** Topics that stop sending: when that is silence, whose it is, and who is not judged. */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import type { Rule } from '../../../rules/rule.js';
import { SilenceWatch } from '../../../runtime/intake/silence-watch.js';
import { intake, NOON, received } from './intake-fixture.js';

const MINUTE = 60_000;
const TEMP = 'factory/{line}/{machine}/temp';

function ruleOf(rule: object): Rule[] {
  const { rules, issues } = loadRules([{ path: 'rules/a.json', text: JSON.stringify({ id: 'a', ...rule }) }]);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return rules;
}

const HOT = { inputs: { temp: TEMP }, when: 'temp > 80' };

/** A topic that sent this many times, with this interval, the last time at `NOON`. */
function watched({
  rule = HOT as object,
  times = 10,
  everyMs = 1_000,
  source = 'embedded',
  down = [] as string[],
}) {
  const { intake: taking, topics, back } = intake(ruleOf(rule));
  const send = (arrival: number, change = {}) =>
    taking.messages(received('factory/l1/m1/temp', 20, { source, ...change }), { arrival, offset: 0 });
  const start = NOON - (times - 1) * everyMs;
  const watch = new SilenceWatch(topics, (name) => down.includes(name), start);
  for (let i = 0; i < times; i += 1) send(start + i * everyMs);
  const look = (now: number) => [...watch.look(now)].map(({ topic, device }) => [topic, device]);
  return { send, watch, look, back };
}

const SILENT = ['factory/l1/m1/temp', { line: 'l1', machine: 'm1' }];

describe('after more than ten of its usual intervals, and at least 5 minutes', () => {
  test.each([
    ['every second', 1_000, 5 * MINUTE],
    ['every half a minute', 30_000, 5 * MINUTE],
    ['every minute', MINUTE, 10 * MINUTE],
  ])('%s', (_name, everyMs, patienceMs) => {
    const { look } = watched({ everyMs });
    expect(look(NOON + patienceMs)).toEqual([]);
    expect(look(NOON + patienceMs + 1)).toEqual([SILENT]);
    expect(look(NOON + patienceMs + 2)).toEqual([]);
  });

  test('a pause among its intervals does not change what is usual', () => {
    const { send, look } = watched({ everyMs: MINUTE });
    send(NOON + 9 * MINUTE);
    expect(look(NOON + 19 * MINUTE)).toEqual([]);
    expect(look(NOON + 19 * MINUTE + 1)).toEqual([SILENT]);
  });
});

test('it is said at once when it is back', () => {
  const { send, look, back } = watched({});
  look(NOON + 6 * MINUTE);
  send(NOON + 7 * MINUTE);
  expect(back).toEqual(['factory/l1/m1/temp']);
  expect(look(NOON + 7 * MINUTE)).toEqual([]);
  expect(look(NOON + 13 * MINUTE)).toEqual([SILENT]);
});

test('after a restart it is said at the same instant', () => {
  const ticks = [...Array<number>(15).fill(1), ...Array<number>(10).fill(2)];
  const saidAt = (restartsBefore: number | null) => {
    let taking = intake(ruleOf(HOT));
    let now = NOON;
    const send = () =>
      taking.intake.messages(received('factory/l1/m1/temp', 20), { arrival: now, offset: 0 });
    send();
    for (const [index, minutes] of ticks.entries()) {
      if (index === restartsBefore) {
        const saved = structuredClone(taking.topics.save());
        taking = intake(ruleOf(HOT));
        taking.topics.load(saved);
      }
      now += minutes * MINUTE;
      send();
    }
    const watch = new SilenceWatch(taking.topics, () => false, NOON);
    return [20 * MINUTE, 20 * MINUTE + 1].map((quiet) => [...watch.look(now + quiet)].length);
  };
  // The usual interval is two minutes by now.
  expect(saidAt(null)).toEqual([0, 1]);
  for (const index of ticks.keys()) expect(saidAt(index)).toEqual([0, 1]);
});

test('stored state that comes again is no sign of life', () => {
  const { send, look, back } = watched({});
  send(NOON + 4 * MINUTE, { isRetained: true });
  expect(look(NOON + 5 * MINUTE + 1)).toEqual([SILENT]);
  expect(back).toEqual([]);
});

test.each([
  ['it sent only a few times so far', { times: 5 }],
  ['its rule is quiet', { rule: { ...HOT, quiet: true } }],
  ['its rule is switched off', { rule: { ...HOT, enabled: false } }],
  ['the input has a maxAge', { rule: { ...HOT, inputs: { temp: { topic: TEMP, maxAge: '1m' } } } }],
  [
    'the rule itself asks whether it is absent',
    { rule: { ...HOT, when: { any: ['temp > 80', { absent: 'temp', for: '1m' }] } } },
  ],
  ['the connection it comes by is down', { source: 'plant', down: ['plant'] }],
])('is not watched: %s', (_name, change) => {
  expect(watched(change).look(NOON + 60 * MINUTE)).toEqual([]);
});

test('six messages are enough to know how often it sends', () => {
  expect(watched({ times: 6 }).look(NOON + 60 * MINUTE)).toEqual([SILENT]);
});

test('while nothing could arrive no time passes', () => {
  const { watch, look } = watched({});
  watch.listensAgain(NOON + 60 * MINUTE);
  expect(look(NOON + 65 * MINUTE - 1)).toEqual([]);
  expect(look(NOON + 65 * MINUTE + 1)).toEqual([SILENT]);
});
