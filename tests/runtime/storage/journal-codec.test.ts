/**
 * What is written to the journal is read back as it was. Method: rows of random records of every kind, written by one
 * writer one after the other and read alone, as after a restart; then the values that are easily spoilt, one by one.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePayload, type PayloadFormat } from '../../../firmware-bridge/decode-payload.js';
import type { SourceFile } from '../../../rules/format/document.js';
import { planFiles } from '../../../runtime/storage/journal-format.js';
import { readJournalRow } from '../../../runtime/storage/journal-reader.js';
import type { JournalMessage, JournalRecord } from '../../../runtime/storage/journal-record.js';
import { type JournalBytes, JournalWriter } from '../../../runtime/storage/journal-writer.js';
import { TopicNumbers } from '../../../runtime/storage/topic-numbers.js';
import { NOON, plain } from './ledger-fixture.js';

/** Writes rows and keeps what they refer to. */
class Journal {
  readonly #writer = new JournalWriter(new TopicNumbers(0), null);
  readonly #topics = new Map<number, string>();
  readonly #plans = new Map<string, readonly SourceFile[]>();

  write(records: readonly JournalRecord[]): JournalBytes {
    for (const record of records) this.#writer.write(record);
    const row = this.#writer.take();
    if (row === null) throw new Error('nothing was written');
    for (const [index, topic] of row.topics.topics.entries())
      this.#topics.set(row.topics.first + index, topic);
    for (const { hash, text } of row.plans) this.#plans.set(hash, planFiles(text));
    return row;
  }

  read({ firstTime, count, bytes, generation }: JournalBytes): JournalRecord[] {
    const topic = (place: number) => this.#topics.get(generation + place);
    return readJournalRow({ firstTime, count, bytes, topic, plan: (hash) => this.#plans.get(hash) });
  }
}

function messageOf(
  bytes: Uint8Array,
  format: PayloadFormat,
  rest: Partial<JournalMessage> = {},
): JournalMessage {
  const decoded = decodePayload(bytes, format, Number.POSITIVE_INFINITY);
  const payload = decoded.kind === 'decoded' ? decoded.value : null;
  return {
    kind: 'message',
    message: { topic: 'plant/m1/temperature', payload, time: NOON, arrival: NOON },
    bytes,
    format,
    sender: 'press-1',
    packetId: null,
    fingerprint: 0,
    hasOwnTime: false,
    ...rest,
  };
}

const time = fc.oneof(
  fc.integer({ min: NOON, max: NOON + 100_000 }),
  fc.integer({ min: -(2 ** 50) + 1, max: 2 ** 50 - 1 }),
);
const name = fc.oneof(fc.constantFrom('press-1', 'press-2', 'embedded', ''), fc.string({ unit: 'grapheme' }));
const topic = fc.oneof(
  fc.constantFrom('a', 'a/b', 'ä/日本/🔥'),
  fc.string({ unit: 'grapheme', minLength: 1 }),
);
const payload = fc.oneof(
  fc.json({ noUnicodeString: false }).map((text) => ['json', text] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ['number', String(value)] as const),
  fc.string({ unit: 'grapheme' }).map((text) => ['text', text] as const),
);

const message: fc.Arbitrary<JournalRecord> = fc
  .record({
    topic,
    time,
    arrival: time,
    retain: fc.boolean(),
    source: fc.option(name),
    grace: fc.constantFrom(0, 0, 1, 2_000, 604_800_000),
    payload,
    sender: name,
  })
  .chain(({ topic, time, arrival, retain, source, grace, payload: [format, text], sender }) =>
    fc
      .record({
        packetId: fc.option(fc.integer({ min: 1, max: 65_535 })),
        print: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        hasOwnTime: fc.boolean(),
      })
      .map(({ packetId, print, hasOwnTime }) => {
        const made = messageOf(Buffer.from(text), format);
        const marks = { ...(retain ? { retain } : {}), ...(source === null ? {} : { source }) };
        const waits = grace === 0 ? {} : { grace };
        const fingerprint = packetId === null ? 0 : print;
        const inner = { topic, payload: made.message.payload, time, arrival, ...marks, ...waits };
        return { ...made, message: inner, sender, packetId, fingerprint, hasOwnTime };
      }),
  );

const other: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.record({ kind: fc.constant('gap' as const), from: time, to: time }),
  fc.record({ kind: fc.constant('offset' as const), time, offset: fc.integer() }),
  fc.record({
    kind: fc.constant('command' as const),
    time,
    command: fc.record({
      kind: fc.constantFrom('reset' as const, 'forget' as const),
      rule: name,
      labels: fc.dictionary(name, name),
    }),
  }),
  fc.record({ kind: fc.constant('connection' as const), time, name, isUp: fc.boolean() }),
  fc.record({ kind: fc.constant('silence' as const), time, topic, isSilent: fc.boolean() }),
  fc.record(
    {
      kind: fc.constant('plan' as const),
      time,
      files: fc.array(fc.record({ path: name, text: fc.string({ unit: 'grapheme' }) })),
      warmed: fc.record({ units: fc.array(name), state: fc.uint8Array(), tail: fc.array(name) }),
    },
    { requiredKeys: ['kind', 'time', 'files'] },
  ),
  fc.record({ kind: fc.constant('tick' as const), time }),
  fc.record({ kind: fc.constant('lost' as const), time, count: fc.nat() }),
);

test('records of every kind, in rows, are read back as they were', () => {
  const rows = fc.array(fc.array(fc.oneof({ weight: 4, arbitrary: message }, other), { minLength: 1 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(rows, (written) => {
      const journal = new Journal();
      const kept = written.map((records) => journal.write(records));
      for (const [index, records] of written.entries()) {
        const row = kept[index];
        expect(row && plain(journal.read(row))).toEqual(plain(records));
      }
    }),
    { numRuns: 150 },
  );
});

describe('payloads', () => {
  const cases: [string, PayloadFormat, string][] = [
    ['minus zero', 'json', '-0'],
    ['minus zero as a number', 'number', '-0.0'],
    ['nothing', 'json', ''],
    ['what no double holds exactly', 'json', '0.1'],
    ['a bare word', 'json', 'ON'],
    ['a text that looks like a number', 'text', '007'],
    ['keys that objects have by themselves', 'json', '{"__proto__":1,"constructor":2}'],
    ['unicode', 'json', '{"name":"Größe 🔥"}'],
    ['a large one', 'json', JSON.stringify({ values: Array.from({ length: 900 }, (_, i) => i / 7) })],
  ];
  test.each(cases)('%s', (_, format, text) => {
    const written = messageOf(Buffer.from(text), format);
    const journal = new Journal();
    const [read] = journal.read(journal.write([written]));
    expect(read?.kind === 'message' && read.message.payload).toStrictEqual(written.message.payload);
    expect(read?.kind === 'message' && Buffer.from(read.bytes).toString()).toBe(text);
  });

  test.each([0, 1, 48, 49, 127, 128, 16_383, 16_384, 1_000_000])('of %i bytes', (length) => {
    const written = messageOf(new Uint8Array(length).fill(0x31), 'text');
    const journal = new Journal();
    const [first, second] = journal.read(journal.write([written, written]));
    for (const read of [first, second]) {
      expect(read?.kind === 'message' && Buffer.compare(read.bytes, written.bytes)).toBe(0);
    }
  });
});

describe('topics', () => {
  test('as long as MQTT allows', () => {
    const long = 'ä'.repeat(32_767);
    const written = messageOf(Buffer.from('1'), 'json');
    const named = { ...written, message: { ...written.message, topic: long } };
    const journal = new Journal();
    const row = journal.write([named]);
    expect(plain(journal.read(row))).toEqual(plain([named]));
    expect(row.bytes.length).toBeLessThan(20);
  });

  test('are written out once, until there are so many that numbering begins anew', () => {
    const journal = new Journal();
    const of = (index: number) => {
      const written = messageOf(Buffer.from('1'), 'json');
      return { ...written, message: { ...written.message, topic: `t/${index}` } };
    };
    const many = Array.from({ length: 50_001 }, (_, index) => of(index));
    const first = journal.write(many);
    expect(first.topics.topics).toHaveLength(50_001);
    const second = journal.write([of(0), of(7), of(0)]);
    expect(second.generation).toBe(50_001);
    expect(second.topics).toEqual({ first: 50_001, topics: ['t/0', 't/7'] });
    expect(journal.write([of(7)]).topics.topics).toEqual([]);
    expect(plain(journal.read(second))).toEqual(plain([of(0), of(7), of(0)]));
    expect(plain(journal.read(first))).toEqual(plain(many));
  });
});

describe('times', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 50, -(2 ** 50)])('%d cannot be written', (bad) => {
    const journal = new Journal();
    const written = messageOf(Buffer.from('1'), 'json');
    for (const spoilt of [
      { ...written, message: { ...written.message, arrival: bad } },
      { ...written, message: { ...written.message, time: bad } },
      { kind: 'tick', time: bad } as const,
    ]) {
      expect(() => journal.write([spoilt])).toThrow(RangeError);
    }
    expect(plain(journal.read(journal.write([written])))).toEqual(plain([written]));
  });

  test('fractions of the own time are cut', () => {
    const journal = new Journal();
    const written = messageOf(Buffer.from('1'), 'json');
    const [read] = journal.read(
      journal.write([{ ...written, message: { ...written.message, time: NOON - 0.5 } }]),
    );
    expect(read?.kind === 'message' && read.message.time).toBe(NOON - 1);
  });
});

test('a row that is not what was written is refused, however it is cut', () => {
  const journal = new Journal();
  const row = journal.write([
    messageOf(Buffer.from('{"value":81.5}'), 'json', { packetId: 7, fingerprint: 12 }),
    { kind: 'tick', time: NOON + 1 },
  ]);
  for (let end = 0; end < row.bytes.length; end++) {
    expect(() => journal.read({ ...row, bytes: row.bytes.slice(0, end) }), `${end} bytes`).toThrow();
  }
  expect(() => journal.read({ ...row, generation: 1 })).toThrow('a topic is missing');
});
