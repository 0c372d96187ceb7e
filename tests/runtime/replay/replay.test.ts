/** The end of a replay, arrivals, and what is hidden; the events themselves are the engine's affair. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { replay, startReplay } from '../../../runtime/replay/replay.js';
import { HOT, HOT_FOR, rulesOf } from './rules-of.js';

const at = (seconds: number, payload: number, more: Partial<RecordedMessage> = {}): RecordedMessage => ({
  time: seconds * 1000,
  topic: 'plant/m1/temp',
  payload,
  ...more,
});

async function events(options: Parameters<typeof replay>[0]): Promise<string[]> {
  const found: AlertEvent[] = [];
  for await (const event of replay(options)) found.push(event);
  return found.map(({ time, event, reason }) => `${time / 1000} ${event}${reason ? ` ${reason}` : ''}`);
}

describe('the end', () => {
  test('by default it is the last arrival: a delay that would end later has not', async () => {
    expect(await events({ rules: rulesOf(HOT_FOR), messages: [at(0, 85), at(29, 85)] })).toEqual([]);
    expect(await events({ rules: rulesOf(HOT_FOR), messages: [at(0, 85), at(30, 85)] })).toEqual([
      '30 firing',
    ]);
  });

  test('a delay that ends exactly at the last arrival has ended', async () => {
    const messages = [at(0, 85), at(30, 0, { topic: 'plant/m2/temp' })];
    expect(await events({ rules: rulesOf(HOT_FOR), messages })).toEqual(['30 firing']);
  });

  test.each([
    [29_999, []],
    [30_000, ['30 firing']],
    [3_600_000, ['30 firing']],
  ])('time goes on to until %d', async (until, expected) => {
    expect(await events({ rules: rulesOf(HOT_FOR), messages: [at(0, 85)], until })).toEqual(expected);
  });

  test('messages arriving after it are left out, those at it are not', async () => {
    const messages = [at(0, 85), at(10, 70), at(11, 85), at(5, 85, { arrives: 12_000 })];
    expect(await events({ rules: rulesOf(HOT), messages, until: 10_000 })).toEqual([
      '0 firing',
      '10 resolved normal',
    ]);
  });

  test('one that is left out does not make the time of those behind it later', async () => {
    const messages = [at(0, 70), at(100, 85), at(5, 85)];
    expect(await events({ rules: rulesOf(HOT), messages, until: 10_000 })).toEqual(['5 firing']);
  });

  test('before the first message nothing happens, and nothing at all without messages', async () => {
    expect(await events({ rules: rulesOf(HOT), messages: [at(10, 85)], until: 5000 })).toEqual([]);
    expect(await events({ rules: rulesOf(HOT), messages: [], until: 5000 })).toEqual([]);
    expect(await events({ rules: rulesOf(HOT), messages: [] })).toEqual([]);
  });
});

describe('arrivals', () => {
  test('by default the later of the time so far and the own time', async () => {
    const rules = rulesOf(HOT);
    expect(await events({ rules, messages: [at(10, 70), at(5, 70), at(20, 85)] })).toEqual(['20 firing']);
    const backwards = [at(10, 70), at(5, 85, { topic: 'plant/m2/temp' })];
    expect(await events({ rules, messages: backwards })).toEqual(['10 firing']);
  });

  test('an arrival before the time so far counts as that', async () => {
    const messages = [at(10, 70), at(3, 85, { topic: 'plant/m2/temp', arrives: 4000 })];
    expect(await events({ rules: rulesOf(HOT), messages })).toEqual(['10 firing']);
  });

  test('timers fire before a message that arrives later', async () => {
    const messages = [at(0, 85), at(20, 70, { arrives: 30_000 })];
    expect(await events({ rules: rulesOf(HOT_FOR), messages })).toEqual(['30 firing', '30 resolved normal']);
  });
});

test('pending events come only when asked for', async () => {
  const messages = [at(0, 85), at(10, 70), at(20, 85), at(50, 85)];
  const rules = rulesOf(HOT_FOR);
  expect(await events({ rules, messages })).toEqual(['50 firing']);
  expect(await events({ rules, messages, pending: true })).toEqual([
    '0 pending',
    '10 cleared pending',
    '20 pending',
    '50 firing',
  ]);
});

test('messages may come from a stream', async () => {
  async function* stream() {
    yield at(0, 70);
    yield at(1, 85);
  }
  expect(await events({ rules: rulesOf(HOT), messages: stream() })).toEqual(['1 firing']);
});

test('what was replayed is counted', () => {
  const replay = startReplay({ rules: rulesOf(HOT), until: 10_000 });
  for (const message of [at(2, 1), at(11, 1), at(4, 1)]) replay.message(message);
  expect(replay.counts).toEqual({ messages: 2, leftOut: 1, first: 2000, last: 4000 });
  replay.finish();
  expect(replay.engine.time).toBe(10_000);
});
