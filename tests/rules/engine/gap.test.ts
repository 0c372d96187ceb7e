// What a time in which the engine saw nothing does to everything that counts time. Seconds since the start, which is
// midnight; the gap is from 100 to 400 in most rows.
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../rules/reading.js';
import { at, engineOf, type RuleSource, rows, START, until } from './engine-fixture.js';

type Came = readonly [seconds: number, value: JsonValue];

interface Row {
  readonly name: string;
  readonly rule: RuleSource;
  readonly came: readonly Came[];
  readonly gap?: readonly [from: number, to: number];
  /** Events of the gap. */
  readonly during?: readonly string[];
  readonly thenCame?: readonly Came[];
  readonly until?: number;
  /** Events after it, each without the rule, the instance and the severity. */
  readonly after?: readonly string[];
}

function play(row: Row): { during: string[]; after: string[] } {
  const engine = engineOf({ id: 'r', ...row.rule });
  const feed = (came: readonly Came[]): string[] =>
    came.flatMap(([seconds, value]) => rows(engine.message(at(seconds, 'f/a/x', value))));
  feed(row.came);
  const [from, to] = row.gap ?? [100, 400];
  until(engine, from);
  const during = rows(engine.gap(START + from * 1000, START + to * 1000));
  const after = [...feed(row.thenCame ?? []), ...(row.until === undefined ? [] : until(engine, row.until))];
  const short = (text: string): string => text.replace(' r a ', ' ').replace(' warning', '');
  return { during: during.map(short), after: after.map(short) };
}

const RUN: RuleSource = { inputs: { x: 'f/{m}/x' } };

describe('delays', () => {
  it.each<Row>([
    {
      name: '`for` waits as much longer',
      rule: { when: { value: 'x', above: 80, for: '60s' } },
      came: [[90, 90]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: '`for` that was over fires before the gap',
      rule: { when: { value: 'x', above: 80, for: '60s' } },
      came: [[40, 90]],
      during: [],
      thenCame: [[401, 1]],
      after: ['401 resolved normal'],
    },
    {
      name: '`keepFor` of the rule goes on',
      rule: { when: { value: 'x', above: 80 }, keepFor: '60s' },
      came: [
        [80, 90],
        [90, 1],
      ],
      until: 450,
      after: ['450 resolved normal'],
    },
    {
      name: '`keepFor` of a condition goes on',
      rule: { when: { all: [{ value: 'x', above: 80, keepFor: '60s' }] } },
      came: [
        [80, 90],
        [90, 1],
      ],
      until: 450,
      after: ['450 resolved normal'],
    },
    {
      name: '`times` remembers rises as much longer',
      rule: { when: { value: 'x', above: 80, times: 2, within: '60s' } },
      came: [
        [80, 90],
        [90, 1],
        [95, 90],
      ],
      until: 440,
      after: ['440 resolved normal'],
    },
    {
      name: '`times` counts a rise before and one after as neighbours',
      rule: { when: { value: 'x', above: 80, times: 2, within: '60s' } },
      came: [
        [80, 90],
        [90, 1],
      ],
      thenCame: [[439, 90]],
      after: ['439 firing'],
    },
    {
      name: '`sequence` goes on as if nothing had passed',
      rule: { when: { sequence: ['x > 50', 'x > 80'], within: '60s' } },
      came: [[90, 60]],
      thenCame: [[449, 90]],
      after: ['449 firing'],
    },
    {
      name: '`sequence` is too late all the same',
      rule: { when: { sequence: ['x > 50', 'x > 80'], within: '60s' } },
      came: [[90, 60]],
      thenCame: [[450, 90]],
    },
    {
      name: '`after` expects for as much longer',
      rule: { when: { after: 'x > 50', expect: 'x > 80', within: '60s' } },
      came: [[90, 60]],
      until: 450,
      after: ['450 firing'],
    },
  ])('$name', (row) => {
    expect(play(row)).toEqual({ during: row.during ?? [], after: row.after ?? [] });
  });
});

describe('silence', () => {
  it.each<Row>([
    {
      name: '`absent` counts from the arrival before, without the gap',
      rule: { when: { absent: 'x', for: '60s' } },
      came: [[90, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: '`absent` of what never came counts from the beginning of the instance, without the gap',
      rule: { inputs: { x: 'f/{m}/x', y: 'f/{m}/y' }, when: { absent: 'y', for: '60s' } },
      came: [[90, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: '`absent` in a schedule counts from the start of that, without the gap',
      rule: { when: { absent: 'x', for: '60s' }, active: { from: '00:01' } },
      came: [[10, 1]],
      until: 420,
      after: ['420 firing'],
    },
    {
      name: '`absent` in a schedule that begins in the gap counts from the end of that',
      rule: { when: { absent: 'x', for: '60s' }, active: { from: '00:03' } },
      came: [[10, 1]],
      until: 460,
      after: ['460 firing'],
    },
    {
      name: '`maxAge` is as much longer',
      rule: { inputs: { x: { topic: 'f/{m}/x', maxAge: '60s' } }, when: 'isKnown(x)' },
      came: [[90, 1]],
      until: 450,
      after: ['450 resolved normal'],
    },
    {
      name: '`forgetAfter` is as much longer',
      rule: { when: { value: 'x', above: 80, for: '10m' }, forgetAfter: '60s' },
      came: [[90, 90]],
      until: 450,
      after: ['450 cleared pending'],
    },
  ])('$name', (row) => {
    expect(play(row)).toEqual({ during: row.during ?? [], after: row.after ?? [] });
  });
});

describe('windows', () => {
  it.each<Row>([
    {
      name: 'of some length have lost what is too old at its end',
      rule: { when: { count: 'x', over: '60s', atLeast: 1 } },
      came: [[90, 1]],
      during: ['400 resolved normal'],
    },
    {
      name: 'longer than the gap lose their readings when they would have',
      rule: { when: { count: 'x', over: '320s', atLeast: 1 } },
      came: [[90, 1]],
      until: 410,
      after: ['410 resolved normal'],
    },
    {
      name: 'of some readings do not notice',
      rule: { when: { count: 'x', over: 2, atLeast: 2 } },
      came: [[90, 1]],
      thenCame: [[400, 1]],
      after: ['400 firing'],
    },
    {
      name: 'with boundaries in the gap close at its end',
      rule: { when: { count: 'x', every: '2m', atLeast: 1 } },
      came: [[90, 1]],
      gap: [100, 200],
      during: ['200 firing'],
      until: 240,
      after: ['240 resolved normal'],
    },
    {
      name: 'with several boundaries in the gap hold what the last one gives',
      rule: { when: { count: 'x', every: '2m', equals: 0 } },
      came: [[90, 1]],
      during: ['400 firing'],
    },
    {
      name: 'with no boundary in the gap close at the next one',
      rule: { when: { count: 'x', every: '10m', atLeast: 1 } },
      came: [[90, 1]],
      until: 600,
      after: ['600 firing'],
    },
    {
      name: 'over sessions wait as much longer',
      rule: { when: { count: 'x', session: '60s', atLeast: 2 } },
      came: [[90, 1]],
      thenCame: [[449, 1]],
      until: 509,
      after: ['509 firing'],
    },
    {
      name: 'over sessions close a gap after the last reading, without the gap',
      rule: { when: { count: 'x', session: '60s', atLeast: 1 } },
      came: [[90, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: 'over sessions of a longest length may be as much longer',
      rule: { when: { count: 'x', session: '60s', longest: '80s', atLeast: 2 } },
      came: [[70, 1]],
      thenCame: [[420, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: 'over runs go on, and so does the delay of their condition',
      rule: { when: { count: 'x', during: { absent: 'x', for: '60s' }, atLeast: 0 } },
      came: [[90, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: 'of derived signals are like those of inputs',
      rule: { ...RUN, let: { d: 'x * 2' }, when: { count: 'd', session: '60s', atLeast: 1 } },
      came: [[90, 1]],
      until: 450,
      after: ['450 firing'],
    },
    {
      name: 'a weighted mean goes by the own times of readings, the gap included',
      rule: { when: { ewma: 'x', halfLife: '150s', equals: 75 } },
      came: [[100, 0]],
      thenCame: [[400, 100]],
      after: ['400 firing'],
    },
  ])('$name', (row) => {
    expect(play(row)).toEqual({ during: row.during ?? [], after: row.after ?? [] });
  });
});

describe('schedules', () => {
  it.each<Row>([
    {
      name: 'that begin in the gap are on at its end',
      rule: { active: { from: '00:03' } },
      came: [[90, 90]],
      during: ['400 firing'],
    },
    {
      name: 'that end in the gap are off at its end',
      rule: { active: { to: '00:03' } },
      came: [[90, 90]],
      during: ['400 resolved inactive'],
    },
    {
      name: 'that end later do so by the clock',
      rule: { active: { to: '00:10' } },
      came: [[90, 90]],
      until: 600,
      after: ['600 resolved inactive'],
    },
  ])('$name', (row) => {
    expect(play(row)).toEqual({ during: row.during ?? [], after: row.after ?? [] });
  });
});

it('what was due up to the gap fires before it, at its own time', () => {
  const engine = engineOf({ id: 'r', when: { value: 'x', above: 80, for: '60s' } });
  engine.message(at(30, 'f/a/x', 90));
  expect(rows(engine.gap(START + 100_000, START + 400_000))).toEqual(['90 r a firing warning']);
});

it('an alert has been firing for as long as the clock says', () => {
  const engine = engineOf({ id: 'r', message: '{duration}' });
  engine.message(at(100, 'f/a/x', 90));
  engine.gap(START + 100_000, START + 400_000);
  expect(engine.message(at(460, 'f/a/x', 1)).map(({ message }) => message)).toEqual(['6m']);
});

it('a gap that begins before the engine is as long as what is left of it', () => {
  const engine = engineOf({ id: 'r', when: { value: 'x', above: 80, for: '60s' } });
  engine.message(at(100, 'f/a/x', 90));
  engine.gap(START + 50_000, START + 130_000);
  expect(until(engine, 189)).toEqual([]);
  expect(until(engine, 190)).toEqual(['190 r a firing warning']);
  engine.gap(START + 50_000, START + 60_000);
  expect(engine.time).toBe(START + 190_000);
});
