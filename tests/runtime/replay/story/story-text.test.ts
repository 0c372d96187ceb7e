/** The story of a replay beyond what the golden folders show: its limits, and that nothing in it can steer a terminal. */
import { expect, test } from 'vitest';
import type { RecordedMessage } from '../../../../runtime/replay/recorded-message.js';
import { startReplay } from '../../../../runtime/replay/replay.js';
import { Story } from '../../../../runtime/replay/story/story.js';
import { storyText } from '../../../../runtime/replay/story/story-text.js';
import { HOT, HOT_FOR, rulesOf } from '../rules-of.js';

function tell(rules: readonly object[], messages: readonly RecordedMessage[]): string {
  const loaded = rulesOf(...rules);
  const story = new Story(loaded);
  const replay = startReplay({ rules: loaded });
  for (const message of messages) for (const event of replay.message(message)) story.add(event);
  for (const event of replay.finish()) story.add(event);
  const { counts, engine } = replay;
  const facts = {
    rules: story.rules,
    counts,
    counters: engine.counters,
    end: counts.last ?? 0,
    explain: (rule: string) => engine.explain(rule, {}),
  };
  return storyText(facts, 80, (_format, text) => text);
}

const temp = (seconds: number, machine: string, payload: number) => ({
  time: Date.UTC(2026, 0, 5) + seconds * 1000,
  topic: `plant/${machine}/temp`,
  payload,
});

/** On and off, so many times. */
const cycles = (machine: string, count: number) =>
  Array.from({ length: 2 * count }, (_, index) => temp(index, machine, index % 2 === 0 ? 90 : 10));

test('many alerts of one instance are counted', () => {
  const text = tell([HOT], cycles('m1', 12));
  expect(text).toMatch(/^ {2}machine=m1 {32}12 firings, 12s in alarm, longest 1s$/m);
  expect(text.split('\n').filter((line) => line.startsWith('    00:'))).toHaveLength(3);
  expect(text).toContain('    … 9 more, the last at 00:00:22');
});

test('many instances are counted, the longest in alarm shown first', () => {
  const messages = Array.from({ length: 20 }, (_, index) => temp(index, `m${index}`, 90));
  const text = tell([HOT], [...messages, temp(60, 'm0', 90)]);
  expect(text.match(/^ {2}machine=\S+/gm)?.map((line) => line.trim())).toEqual(
    Array.from({ length: 8 }, (_, index) => `machine=m${index}`),
  );
  expect(text).toContain('  … and 12 more instances: 12 firings, 9m 18s in alarm, longest 52s');
  expect(text).toContain('20 firings of 1 rule, 20 still firing at the end.');
});

test('a rule that nearly fired says how nearly', () => {
  expect(tell([HOT_FOR], [temp(0, 'm1', 90), temp(29, 'm1', 10)])).toContain(
    'hot-for  began once, but held for at most 29s',
  );
  const twice = [temp(0, 'm1', 90), temp(5, 'm1', 10), temp(6, 'm1', 90), temp(8, 'm1', 10)];
  expect(tell([HOT_FOR], twice)).toContain('began 2 times, but held for at most 5s');
});

test('a rule that saw readings says what it sees at the end', () => {
  expect(tell([HOT], [temp(0, 'm1', 71.234567)])).toContain('  hot  at the end machine=m1: temp=71.2346\n');
});

test('no messages', () => {
  expect(tell([HOT], [])).toBe(
    'No messages, 1 rule.\n\nNever fired\n  hot  there were no messages\n\nNo alert fired.\n',
  );
});

test('times carry their date where there is more than one', () => {
  expect(tell([HOT], [temp(0, 'm1', 90), temp(86_400, 'm1', 10)])).toContain('    2026-01-05 00:00:00  1d');
});

test('names from devices cannot steer the terminal', () => {
  const text = tell([HOT], [temp(0, '\u001b[2J\u0007x', 90)]);
  expect(text).toContain('machine=·[2J·x');
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('it fits 80 columns, whatever the names', () => {
  const long = { ...HOT, title: 't'.repeat(100), message: 'm'.repeat(200) };
  const text = tell([long, { ...HOT_FOR, id: 'x'.repeat(60) }], cycles('n'.repeat(120), 2));
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
