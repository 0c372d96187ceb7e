/** NDJSON recordings: whatever pieces the file comes in, each line is read once and the bad ones are named. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNdjson } from '../../../runtime/replay/ndjson.js';
import { chunksOf, readAll } from './chunks.js';

const line = (payload: unknown) => `{"time":0,"topic":"t","payload":${JSON.stringify(payload)}}`;
const read = (bytes: Uint8Array | string, cuts: number[] = []) => {
  const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return readAll((problem) => readNdjson(chunksOf(data, cuts), problem));
};
const payloads = async (bytes: Uint8Array | string, cuts?: number[]) =>
  (await read(bytes, cuts)).messages.map(({ payload }) => payload);

test.each([
  ['lines', `${line(1)}\n${line(2)}\n`],
  ['no newline at the end', `${line(1)}\n${line(2)}`],
  ['Windows line ends', `${line(1)}\r\n${line(2)}\r\n`],
  ['empty lines', `\n${line(1)}\n\n  \n${line(2)}\n\n`],
  ['a byte order mark', `\uFEFF${line(1)}\n${line(2)}`],
])('%s', async (_name, text) => {
  expect(await payloads(text)).toEqual([1, 2]);
});

test('an empty file has no messages and no problems', async () => {
  expect(await read('')).toEqual({ messages: [], problems: [] });
});

test('bad lines are named and the others read', async () => {
  const { messages, problems } = await read([line(1), 'oops', '', '{}', line(2)].join('\n'));
  expect(messages.map(({ payload }) => payload)).toEqual([1, 2]);
  expect(problems).toEqual([
    { line: 2, message: 'not JSON: oops' },
    { line: 4, message: '"time" is missing' },
  ]);
});

test('a line that is not UTF-8 costs no other', async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${line('ä')}\n{"time":0,"topic":"t","payload":"`),
    Buffer.from([0xe4]),
    Buffer.from(`"}\n${line('ö')}\nx\n`),
  ]);
  const { messages, problems } = await read(bytes);
  expect(messages.map(({ payload }) => payload)).toEqual(['ä', 'ö']);
  expect(problems).toEqual([
    { line: 2, message: 'not UTF-8' },
    { line: 4, message: 'not JSON: x' },
  ]);
});

test('an endless line is given up', async () => {
  const { messages, problems } = await read(
    `${line(1)}\n${'x'.repeat(17 * 1024 * 1024)}`,
    [100_000, 17_000_000],
  );
  expect(messages).toHaveLength(1);
  expect(problems).toEqual([{ line: 2, message: 'the line is longer than 16 MB: is this an NDJSON file?' }]);
});

test('it does not matter where the file is cut', async () => {
  const lines = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }).map(line), fc.constant('oops'), fc.constant('')),
    {
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(), { maxLength: 6 }), async (all, cuts) => {
      const text = all.join('\n');
      expect(await read(text, cuts)).toEqual(await read(text));
    }),
  );
});
