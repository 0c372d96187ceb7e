/** CSV recordings, narrow and wide: what becomes a message, what is passed over, and what is named as wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../runtime/replay/csv.js';
import { chunksOf, readAll } from './chunks.js';

const TIME = Date.UTC(2026, 0, 5, 6);

const read = (text: string, options: { topic?: string; timeColumn?: string; cuts?: number[] } = {}) => {
  const { topic = null, timeColumn = 'time', cuts = [] } = options;
  return readAll((problem) => readCsv(chunksOf(Buffer.from(text), cuts), { topic, timeColumn }, problem));
};

/** `topic=payload` of each message. */
const brief = async (...args: Parameters<typeof read>) =>
  (await read(...args)).messages.map(({ topic, payload }) => `${topic}=${JSON.stringify(payload)}`);

describe('narrow', () => {
  test('a row is a message', async () => {
    const text =
      'time,topic,payload,arrives,retain\n2026-01-05 06:00:00,a/b,5,,\n2026-01-05T06:00:00Z,c,on,1767592801000,true\n';
    expect((await read(text)).messages).toEqual([
      { time: TIME, topic: 'a/b', payload: 5, retain: false },
      { time: TIME, topic: 'c', payload: 'on', retain: true, arrives: TIME + 1000 },
    ]);
  });

  test.each<[string, unknown]>([
    ['5', 5],
    ['-0.5e3', -500],
    ['+5', 5],
    ['.5', 0.5],
    ['5.', 5],
    [' 7 ', 7],
    ['true', true],
    ['false', false],
    ['TRUE', 'TRUE'],
    ['on', 'on'],
    ['1,5', '1,5'],
    ['0x10', '0x10'],
    ['"85"', '85'],
    ['"not closed', '"not closed'],
    ['{"a":1}', { a: 1 }],
    ['[1,2]', [1, 2]],
  ])('payload %s', async (cell, payload) => {
    const { messages } = await read(`time,topic,payload\n0,t,"${cell.replaceAll('"', '""')}"\n`);
    expect(messages.map((message) => message.payload)).toEqual([payload]);
  });

  test.each(['', ' ', 'null', 'nan', 'NaN', '-inf', 'Infinity'])('payload %j is no reading', async (cell) => {
    expect(await read(`time,topic,payload\n0,t,${cell}\n`)).toEqual({ messages: [], problems: [] });
  });

  test('bad rows are named and the others read', async () => {
    const text = [
      'time,topic,payload',
      '0,t,1',
      'noon,t,2',
      '0,,3',
      '0,t,4,5',
      '0,t,{oops',
      '0,a/#,6',
      '',
      '0,t,7',
    ].join('\n');
    const { messages, problems } = await read(text);
    expect(messages.map(({ payload }) => payload)).toEqual([1, 7]);
    expect(problems).toEqual([
      {
        line: 3,
        message: "time is 'noon': expected RFC 3339, 'YYYY-MM-DD HH:MM:SS' (UTC) or epoch milliseconds",
      },
      { line: 4, message: 'the topic is empty' },
      { line: 5, message: '4 cells where the header has 3 columns' },
      { line: 6, message: 'the payload starts like JSON and is none: {oops' },
      { line: 7, message: '"a/#" is no topic of a message: it cannot contain + or #' },
    ]);
  });

  test('a stray quote costs nothing, one that is not closed says so', async () => {
    const { messages, problems } = await read(
      'time,topic,payload\n0,t,5" pipe\n0,t,{"a":1}\n0,t,"open\n0,t,4\n',
    );
    expect(messages.map(({ payload }) => payload)).toEqual(['5" pipe', { a: 1 }]);
    expect(problems).toEqual([{ line: 5, message: 'a quote is opened and never closed' }]);
  });
});

describe('wide', () => {
  const text = 'time,machine,temp,note\n0,m1,5,ok\n1,m2,,\n';

  test.each<[string, string[]]>([
    ['plant/{machine}/{column}', ['plant/m1/temp=5', 'plant/m1/note="ok"']],
    ['{column}', ['machine="m1"', 'temp=5', 'note="ok"', 'machine="m2"']],
    ['plant/{machine}', ['plant/m1={"temp":5,"note":"ok"}']],
    ['plant/{machine}/{machine}', ['plant/m1/m1={"temp":5,"note":"ok"}']],
    ['all', ['all={"machine":"m1","temp":5,"note":"ok"}', 'all={"machine":"m2"}']],
  ])('--topic %s', async (topic, messages) => {
    expect(await brief(text, { topic })).toEqual(messages);
  });

  test('one value column without {column} is a field of its name', async () => {
    expect(
      await brief('timestamp,value\n2013-12-02 21:15:00,73.9\n', { topic: 'm', timeColumn: 'timestamp' }),
    ).toEqual(['m={"value":73.9}']);
  });

  test.each([';', '\t'])('columns separated by %j', async (separator) => {
    const wide = ['time', 'a,b', 'c'].join(separator).concat('\n', ['0', '1', '2'].join(separator));
    expect(await brief(wide, { topic: 'x/{column}' })).toEqual(['x/a,b=1', 'x/c=2']);
  });

  test('a cell that is no level of a topic costs its row', async () => {
    const { messages, problems } = await read('time,machine,x\n0,a/b,1\n0,,2\n0, c ,3\n', {
      topic: '{machine}/{column}',
    });
    expect(messages.map(({ topic }) => topic)).toEqual(['c/x']);
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(problems[0]?.message).toBe(
      "machine is 'a/b', which cannot be a level of a topic: it is empty or has / + #",
    );
  });

  test('a cell that cannot be read costs itself only', async () => {
    const { messages, problems } = await read('time,x,y\n0,{,2\n', { topic: '{column}' });
    expect(messages.map(({ topic }) => topic)).toEqual(['y']);
    expect(problems).toEqual([{ line: 2, message: 'x starts like JSON and is none: {' }]);
  });
});

describe('a header that does not fit', () => {
  test.each<[string, string, string | undefined]>([
    ['', 'the file is empty: its first line must name the columns', undefined],
    [
      'when,topic,payload',
      "there is no column 'time' (which column has the time? --time-column NAME); the columns are: when, topic, payload",
      undefined,
    ],
    [
      'time,temp',
      "there is no column 'topic' (for a file with a column per measured value give --topic 'machines/{machine}/{column}'); the columns are: time, temp",
      undefined,
    ],
    [
      'time,topic',
      "there is no column 'payload' (it has the value or JSON of the message); the columns are: time, topic",
      undefined,
    ],
    ['time,a,a', "two columns are named 'a'", 't'],
    [
      'time,m',
      "there is no column 'x' (--topic '{x}/{column}' names it); the columns are: time, m",
      '{x}/{column}',
    ],
    ['time,m', 'no column is left for values beside the time and the topic', '{m}/{column}'],
    ['time,a/b', "column 'a/b' cannot be a level of a topic: it is empty or has / + #", '{column}'],
    ['time,a', '"t/#" is no topic of a message: it cannot contain + or #', 't/#'],
  ])('%s', async (header, message, topic) => {
    await expect(
      read(header === '' ? '' : `${header}\n0,1\n`, topic === undefined ? {} : { topic }),
    ).rejects.toThrow(message);
  });
});

describe('whatever the table', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('"', ',', '\n', '"",""', ';', '\r\n', ' x '),
  );
  const table = fc.array(fc.tuple(fc.nat({ max: 4e12 }), cell), { maxLength: 8 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const write = (rows: readonly (readonly [number, string])[]) =>
    `time,topic,payload\n${rows.map(([time, text]) => `${time},t,${quoted(JSON.stringify(text))}`).join('\n')}\n`;

  test('what was written is read back', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { messages, problems } = await read(write(rows));
        expect(problems).toEqual([]);
        expect(messages.map(({ time, payload }) => [time, payload])).toEqual(rows.map((row) => [...row]));
      }),
    );
  });

  test('it does not matter where the file is cut, after the header', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(), { maxLength: 6 }), async (rows, cuts) => {
        const text = write(rows);
        const late = cuts.map((cut) => 18 + (cut % text.length));
        expect(await read(text, { cuts: late })).toEqual(await read(text));
      }),
    );
  });
});
