/** What a setting makes of a recording beside the rule as written, and which one is picked: made-up alarms, minute by minute. */
import { describe, expect, test } from 'vitest';
import { AlarmLog } from '../../../runtime/tuning/alarm-log.js';
import {
  type Reference,
  referenceOf,
  resultOf,
  type SettingResult,
} from '../../../runtime/tuning/setting-result.js';
import { suggestSetting } from '../../../runtime/tuning/suggest-setting.js';
import { event } from '../delivery/delivery-fixture.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const END = 1_000 * MINUTE;

/** From and to, in seconds; `null`: it does not end. */
type Alarm = readonly [from: number, to: number | null];

function logOf(...alarms: readonly Alarm[]): AlarmLog {
  const log = new AlarmLog([{ rule: 'hot', severity: 'warning' }]);
  const labels = { machine: 'm1' };
  for (const [from, to] of alarms) {
    log.take(event({ rule: 'hot', event: 'firing', severity: 'warning', labels, time: from * SECOND }));
    if (to !== null)
      log.take(event({ rule: 'hot', event: 'resolved', severity: 'warning', labels, time: to * SECOND }));
  }
  log.finish(END);
  return log;
}

const result = (alarms: readonly Alarm[], written: readonly Alarm[]): SettingResult =>
  resultOf(logOf(...alarms), referenceOf(logOf(...written), MINUTE), END);

describe('counted', () => {
  const LONG: readonly Alarm[] = [[1000, 2000]];

  test.each<[name: string, alarms: readonly Alarm[], expected: Partial<SettingResult>]>([
    ['nothing', [], { firings: 0, alarmMs: 0, shortestMs: null, longestMs: null, lost: 1, kept: 0 }],
    [
      'itself',
      LONG,
      { firings: 1, alarmMs: 1_000 * SECOND, short: 0, nuisance: 0, lost: 0, kept: 1, delayMsMax: 0 },
    ],
    ['a second below a minute is short', [[1000, 1059]], { short: 1, nuisance: 1, kept: 1 }],
    ['a minute is not', [[1000, 1060]], { short: 0, nuisance: 0 }],
    [
      'what has not ended is not',
      [
        [1000, 1010],
        [END / SECOND - 5, null],
      ],
      { short: 1, firings: 2 },
    ],
    ['later than as written', [[1030, 2100]], { kept: 1, delayMsMax: 30 * SECOND, added: 0 }],
    ['earlier', [[900, 2000]], { kept: 1, delayMsMax: 0, added: 0 }],
    ['over before', [[900, 1000]], { lost: 1, added: 1, nuisance: 1 }],
    ['in its last second', [[1999, 2300]], { kept: 1, delayMsMax: 999 * SECOND, added: 0 }],
    ['from its end on', [[2000, 2300]], { lost: 1, added: 1 }],
    ['for no time at all', [[1000, 1000]], { kept: 1, shortestMs: 0, short: 1, added: 0 }],
    [
      'the third within a minute chatters',
      [
        [1000, 1001],
        [1030, 1031],
        [1059, 1060],
      ],
      { chattering: 1 },
    ],
    [
      'a minute after the first it does not',
      [
        [1000, 1001],
        [1030, 1031],
        [1060, 1061],
      ],
      { chattering: 0 },
    ],
    [
      'and the fourth',
      [
        [1000, 1001],
        [1010, 1011],
        [1020, 1021],
        [1030, 1031],
      ],
      { chattering: 2 },
    ],
  ])('%s', (_name, alarms, expected) => {
    expect(result(alarms, LONG)).toMatchObject(expected);
  });

  test('what comes and goes is one thing that is wrong: of ten seconds in it one alarm is enough', () => {
    const chattering = Array.from(
      { length: 12 },
      (_, index): Alarm => [1000 + 10 * index, 1005 + 10 * index],
    );
    expect(result([[1010, 1200]], chattering)).toMatchObject({ kept: 1, lost: 0, delayMsMax: 10 * SECOND });
    expect(result([], chattering)).toMatchObject({ kept: 0, lost: 1 });
  });

  test('a pause of a minute parts two things, and what is short is none', () => {
    const reference = (...alarms: readonly Alarm[]) =>
      referenceOf(logOf(...alarms), MINUTE)
        .incidents.values()
        .next().value?.length;
    expect(reference([0, 10], [69, 100])).toBe(1);
    expect(reference([0, 10], [70, 100])).toBe(2);
    expect(result([], [[0, 59]])).toMatchObject({ lost: 0, kept: 0 });
  });

  test('machines are told apart, and only what is severe enough counts', () => {
    const log = new AlarmLog([{ rule: 'hot', severity: 'critical' }]);
    const at = (
      time: number,
      kind: 'firing' | 'severity' | 'resolved',
      severity: 'warning' | 'critical',
      machine = 'm1',
    ) => log.take(event({ rule: 'hot', event: kind, severity, labels: { machine }, time: time * SECOND }));
    at(0, 'firing', 'warning');
    at(10, 'severity', 'critical');
    at(15, 'firing', 'critical', 'm2');
    at(20, 'severity', 'warning');
    at(25, 'resolved', 'critical', 'm2');
    at(30, 'severity', 'critical');
    at(40, 'resolved', 'critical');
    log.finish(END);
    expect(log.firings).toBe(3);
    expect(
      [...log.tracks.values()].map(({ stretches }) => stretches.map(({ from, to }) => (to - from) / SECOND)),
    ).toEqual([[10, 10], [10]]);
  });
});

describe('suggested', () => {
  const reference: Reference = {
    incidents: new Map([['hot warning {}', [{ from: 0, to: 100 * MINUTE }]]]),
    shortMs: MINUTE,
  };
  const base: SettingResult = {
    firings: 41,
    alarmMs: 100 * MINUTE,
    shortestMs: SECOND,
    longestMs: MINUTE,
    short: 40,
    chattering: 20,
    nuisance: 40,
    lost: 0,
    kept: 1,
    added: 0,
    delayMsMax: 0,
    isOverfull: false,
  };
  const suggest = (written: Partial<SettingResult>, ...settings: Partial<SettingResult>[]) =>
    suggestSetting(
      { ...base, ...written },
      settings.map((one, index) => ({ result: { ...base, ...one }, distance: index / 10 })),
      reference,
    );

  test('the fewest alarms that are of no use', () => {
    expect(suggest({}, { nuisance: 30 }, { nuisance: 3 }, { nuisance: 20 })).toMatchObject({
      kind: 'change',
      index: 1,
    });
  });

  test('but none that loses a long alarm', () => {
    expect(suggest({}, { nuisance: 30 }, { nuisance: 3, lost: 1 })).toMatchObject({ index: 0 });
  });

  test('nor one that is in alarm more than twice as long as something was wrong', () => {
    expect(suggest({}, { nuisance: 30 }, { nuisance: 3, alarmMs: 200 * MINUTE })).toMatchObject({ index: 1 });
    expect(suggest({}, { nuisance: 30 }, { nuisance: 3, alarmMs: 200 * MINUTE + 1 })).toMatchObject({
      index: 0,
    });
  });

  test('the last tenth is not bought with a longer delay', () => {
    const early = { nuisance: 4, delayMsMax: 5 * SECOND };
    expect(suggest({}, early, { nuisance: 0, delayMsMax: 7 * SECOND })).toMatchObject({ index: 0 });
    // A tenth of a minute is none.
    expect(suggest({}, early, { nuisance: 0, delayMsMax: 6 * SECOND })).toMatchObject({ index: 1 });
    expect(suggest({}, { ...early, nuisance: 5 }, { nuisance: 0, delayMsMax: 60 * SECOND })).toMatchObject({
      index: 1,
    });
  });

  test('the smallest change of those that do the same, which are named', () => {
    expect(suggest({}, { nuisance: 0 }, { nuisance: 0 }, { nuisance: 0, firings: 2 })).toEqual({
      kind: 'change',
      index: 0,
      equal: [1],
    });
  });

  test('nothing where nothing is better', () => {
    expect(suggest({}, { nuisance: 40 }, { nuisance: 41 })).toEqual({ kind: 'keep' });
    expect(suggest({ nuisance: 0 }, { nuisance: 0 })).toEqual({ kind: 'keep' });
    expect(suggest({}, { nuisance: 0, isOverfull: true })).toEqual({ kind: 'keep' });
    expect(suggest({})).toEqual({ kind: 'keep' });
  });

  test('nothing where there is nothing to go by', () => {
    expect(suggest({ firings: 0 }, { nuisance: 0 })).toEqual({ kind: 'nothing-fired' });
    expect(suggest({ kept: 0 }, { nuisance: 0 })).toEqual({ kind: 'nothing-long' });
  });
});
