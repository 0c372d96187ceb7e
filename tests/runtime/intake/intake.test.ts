/** From what was received to what the engine takes: bindings, times, duplicates, and what is counted instead. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../rules/reading.js';
import { REPEATED } from '../../../runtime/intake/intake.js';
import { fingerprint } from '../../../runtime/intake/redeliveries.js';
import { intake, NOON, payloads, received, rulesReading, TIMED } from './intake-fixture.js';

const AT = { arrival: NOON, offset: 0 };
const TOPIC = 'factory/m1/temp';
const rules = rulesReading('factory/{machine}/temp');

test('what no rule reads is left alone, without a word', () => {
  const { intake: taking, counters } = intake(rules);
  expect(taking.messages(received('factory/m1/noise', '{'), AT)).toEqual([]);
  expect(taking.messages(received('factory/m1/noise', 5), AT)).toEqual([]);
  expect(counters.list()).toEqual([]);
});

test('switched-off rules read nothing', () => {
  const off = rules.map((rule) => ({ ...rule, enabled: false }));
  expect(intake(off).intake.messages(received(TOPIC, 5), AT)).toEqual([]);
});

test('without times of its own a message was measured when it arrived', () => {
  const message = { topic: TOPIC, payload: 85, time: NOON, arrival: NOON };
  expect(intake(rules).intake.messages(received(TOPIC, 85), AT)).toMatchObject([{ message }]);
});

test('stored state is marked, and has no time of its own', () => {
  const { intake: taking } = intake(rules, [payloads('#', TIMED)]);
  const stored = received(TOPIC, { ts: NOON - 5_000, value: 85 }, { isRetained: true });
  const message = { topic: TOPIC, payload: { ts: NOON - 5_000, value: 85 }, time: NOON, arrival: NOON };
  expect(taking.messages(stored, AT)).toMatchObject([
    { message: { ...message, retain: true }, hasOwnTime: false },
  ]);
});

test('the first entry that matches says how payloads look', () => {
  const { intake: taking } = intake(rules, [
    payloads('factory/m1/#', { format: 'text' }),
    payloads('#', { format: 'number' }),
  ]);
  expect(taking.messages(received('factory/m1/temp', 85), AT)[0]?.message.payload).toBe('85');
  expect(taking.messages(received('factory/m2/temp', 85), AT)[0]?.message.payload).toBe(85);
});

test('the grace of its source goes with a message', () => {
  const { intake: taking } = intake(rules, [payloads('factory/m1/#', {}, 2_000)]);
  expect(taking.messages(received(TOPIC, 85), AT)[0]?.message.grace).toBe(2_000);
  expect(taking.messages(received('factory/m2/temp', 85), AT)[0]?.message).not.toHaveProperty('grace');
});

test('records are messages in order of their times', () => {
  const { intake: taking } = intake(rules, [payloads('#', { ...TIMED, records: ['samples'] })]);
  const samples = [
    { ts: NOON - 1_000, value: 2 },
    { ts: NOON - 2_000, value: 1 },
  ];
  const messages = taking.messages(received(TOPIC, { samples }), AT);
  expect(messages.map(({ message: { payload, time, arrival } }) => ({ payload, time, arrival }))).toEqual([
    { payload: samples[1], time: NOON - 2_000, arrival: NOON },
    { payload: samples[0], time: NOON - 1_000, arrival: NOON },
  ]);
});

describe('times', () => {
  test('are taken over into engine time', () => {
    const { intake: taking } = intake(rules, [payloads('#', TIMED)]);
    const [record] = taking.messages(received(TOPIC, { ts: NOON, value: 1 }), {
      arrival: NOON,
      offset: 5_000,
    });
    expect(record).toMatchObject({ message: { time: NOON - 5_000 }, hasOwnTime: true });
  });

  test.each([
    ['none', { value: 1 }, 'noTime'],
    ['one that cannot be read', { ts: 'soon', value: 1 }, 'noTime'],
    ['one far ahead', { ts: NOON + 600_000, value: 1 }, 'wrongTime'],
    ['one of 1970', { ts: 1_000, value: 1 }, 'wrongTime'],
  ])('%s is replaced by the arrival and counted', (_name, payload, reason) => {
    const { intake: taking, counters } = intake(rules, [payloads('#', TIMED)]);
    expect(taking.messages(received(TOPIC, payload), AT)[0]).toMatchObject({
      message: { time: NOON, arrival: NOON },
      hasOwnTime: false,
    });
    expect(counters.list()).toMatchObject([{ source: 'embedded', reason, count: 1 }]);
  });
});

describe('duplicates', () => {
  const timed = (value: JsonValue, secondsAgo = 1) =>
    received(TOPIC, { ts: NOON - secondsAgo * 1000, value });

  function taken(messages: ReturnType<typeof timed>[]): number[] {
    const { intake: taking } = intake(rules, [payloads('#', TIMED)]);
    return messages.map((message) => taking.messages(message, AT).length);
  }

  test('same time and value: dropped', () => {
    expect(taken([timed(1), timed(1)])).toEqual([1, 0]);
  });

  test.each([
    ['another value', [timed(1), timed(2)]],
    ['another time', [timed(1, 1), timed(1, 2)]],
    ['a number and a text', [timed(1), timed('1')]],
    ['a number and a boolean', [timed(1), timed(true)]],
  ])('%s: both taken', (_name, messages) => {
    expect(taken(messages)).toEqual([1, 1]);
  });

  test('compared with the 16 that arrived last', () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => timed(index, index + 10));
    expect(taken([timed(1), ...others(15), timed(1)]).at(-1)).toBe(0);
    expect(taken([timed(1), ...others(16), timed(1)]).at(-1)).toBe(1);
  });

  test('without payload times nothing is dropped by value', () => {
    const { intake: taking } = intake(rules);
    expect([1, 2].map(() => taking.messages(received(TOPIC, 1), AT).length)).toEqual([1, 1]);
  });

  test('a clock that stands still makes no duplicates: its times are not believed', () => {
    const { intake: taking } = intake(rules, [payloads('#', TIMED)]);
    const stuck = received(TOPIC, { ts: 0, value: 1 });
    expect([1, 2].map(() => taking.messages(stuck, AT).length)).toEqual([1, 1]);
  });

  test('are the same by the device, whatever the offset has become', () => {
    const { intake: taking, counters } = intake(rules, [payloads('#', TIMED)]);
    taking.messages(timed(1), AT);
    expect(taking.messages(timed(1), { arrival: NOON + 10, offset: 250 })).toBe(REPEATED);
    expect(counters.total('embedded', 'duplicate')).toBe(1);
  });

  test('of several fields only those that came before are left out', () => {
    const fields = ['motor.temp', 'motor.rpm'].map((field) => ({ topic: 'm/{machine}', field }));
    const { intake: taking } = intake(rulesReading(...fields), [payloads('#', TIMED)]);
    const send = (temp: number, rpm: number) =>
      taking
        .messages(received('m/1', { ts: NOON, motor: { temp, rpm }, unread: 1 }), AT)
        .map(({ message }) => message.payload);
    expect(send(1, 2)).toEqual([{ ts: NOON, motor: { temp: 1, rpm: 2 }, unread: 1 }]);
    expect(send(1, 3)).toEqual([{ 'motor.rpm': 3 }]);
    expect(send(1, 3)).toEqual([]);
  });
});

describe('what the journal keeps', () => {
  const decoded = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString());

  test('a payload as it was received, where it is one message', () => {
    const message = received(TOPIC, Buffer.from(' 8.50 '), { qos: 1, packetId: 3 });
    const [record] = intake(rules).intake.messages(message, AT);
    expect(record).toMatchObject({ format: 'json', sender: 'press-1', packetId: 3 });
    expect(record?.bytes).toBe(message.payload);
    expect(record?.fingerprint).toBe(fingerprint(message));
  });

  test('each record as JSON, all with the fingerprint of the whole', () => {
    const { intake: taking } = intake(rules, [payloads('#', { ...TIMED, records: ['samples'] })]);
    const samples = [
      { ts: NOON - 2_000, value: 1 },
      { ts: NOON - 1_000, value: 2 },
    ];
    const message = received(TOPIC, { samples }, { qos: 1, packetId: 3 });
    const records = taking.messages(message, AT);
    expect(records.map(({ bytes }) => decoded(bytes))).toEqual(samples);
    expect(records.map((record) => record.fingerprint)).toEqual([1, 2].map(() => fingerprint(message)));
  });

  test('what is left of a payload without its repeats', () => {
    const fields = ['a', 'b'].map((field) => ({ topic: 'm/{machine}', field }));
    const { intake: taking } = intake(rulesReading(...fields), [payloads('#', TIMED)]);
    taking.messages(received('m/1', { ts: NOON, a: 1, b: 2 }), AT);
    const [record] = taking.messages(received('m/1', { ts: NOON, a: 1, b: 3 }), AT);
    expect(decoded(record?.bytes)).toEqual({ b: 3 });
  });

  test('the connection it came by, where that can be down', () => {
    const { intake: taking } = intake(rules);
    const by = (source: string) => taking.messages(received(TOPIC, 1, { source }), AT)[0]?.message.source;
    expect([by('plant'), by('embedded')]).toEqual(['plant', undefined]);
  });

  test('after a restart repeats are known by what the journal holds', () => {
    const settings = [payloads('#', TIMED)];
    const message = received(TOPIC, { ts: NOON - 1_000, value: 5 });
    const [record] = intake(rules, settings).intake.messages(message, { arrival: NOON, offset: 250 });
    if (record === undefined) throw new Error('nothing was taken');
    const { intake: restarted } = intake(rules, settings);
    restarted.remember(record, 250);
    expect(restarted.messages(message, { arrival: NOON + 5_000, offset: 0 })).toBe(REPEATED);
  });

  test('or by a snapshot', () => {
    const settings = [payloads('#', TIMED)];
    const message = received(TOPIC, { ts: NOON - 1_000, value: 5 });
    const before = intake(rules, settings);
    before.intake.messages(message, AT);
    const after = intake(rules, settings);
    after.topics.load(structuredClone(before.topics.save()));
    expect(after.intake.messages(message, AT)).toBe(REPEATED);
  });
});

describe('what is not taken', () => {
  test('a payload that cannot be read is counted, and said once', () => {
    const { intake: taking, counters, said } = intake(rules);
    for (let i = 0; i < 3; i += 1) taking.messages(received(TOPIC, Buffer.from('{"a":')), AT);
    expect(counters.list()).toMatchObject([{ source: 'embedded', reason: 'malformed', count: 3 }]);
    expect(said).toEqual([{ source: 'embedded', reason: 'malformed', topic: TOPIC, sender: 'press-1' }]);
  });

  test('topics beyond the limit of series', () => {
    const { intake: taking, counters } = intake(rules, [], 2);
    const counts = ['a', 'b', 'c', 'a'].map(
      (machine) => taking.messages(received(`factory/${machine}/temp`, 1), AT).length,
    );
    expect(counts).toEqual([1, 1, 0, 1]);
    expect(counters.total('embedded', 'series')).toBe(1);
  });

  test('an empty payload is nothing, and no mistake', () => {
    const { intake: taking, counters } = intake(rules);
    expect(taking.messages(received(TOPIC, Buffer.alloc(0)), AT)).toEqual([]);
    expect(counters.list()).toEqual([]);
  });
});
