// Aim: the machinery under every JSON file of a site finds each mistake once, in our words, at its place.
// Method: a table of texts against one schema; the issue is compared as "line:column-endColumn code".
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readDocument } from '../../../rules/format/document.js';
import { duration } from '../../../rules/format/fields.js';

const schema = z.strictObject({
  name: z.string(),
  port: z.int().min(0).max(65535).prefault(1883),
  level: z.enum(['info', 'debug']).optional(),
  wait: duration('How long to wait.').optional(),
  secret: z
    .union([z.string(), z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })])
    .optional(),
  to: z.array(z.string()).min(1).optional(),
  users: z.record(z.string(), z.strictObject({ password: z.string() })).optional(),
});

function issuesOf(text: string) {
  return readDocument({ path: 'a.json', text }, schema).document.issues;
}

function placesOf(text: string): string[] {
  return issuesOf(text).map((i) => `${i.line}:${i.column}-${i.endColumn} ${i.code}`);
}

describe('mistakes and their places', () => {
  const table: [name: string, text: string, issues: string[]][] = [
    ['a file without mistakes', '{"name":"a"}', []],
    ['comments and trailing commas', '{ // c\n "name": "a", /* d */ }', []],
    ['a byte order mark does not count', '\uFEFF{"nam":"a"}', ['1:2-7 unknown-key']],
    ['nothing at all', '', ['1:1-2 empty-file']],
    ['only comments', '// nothing\n', ['1:1-2 empty-file']],
    ['NUL bytes', '{"name":"\0"}', ['1:10-11 syntax']],
    ['cut off after a colon', '{"name":', ['1:9-10 syntax']],
    ['cut off inside a text', '{\n"name":"a', ['2:8-10 syntax']],
    [
      'a missing comma does not hide the rest',
      '{"name":"a"\n"wiat":"1s"}',
      ['2:1-7 syntax', '2:1-7 unknown-key'],
    ],
    ['single quotes', "{'name':1}", ['1:2-8 syntax']],
    ['text after the end', '{"name":"a"} x', ['1:14-15 syntax']],
    ['a key twice', '{"name":"a",\n"name":"b"}', ['2:1-7 duplicate-key']],
    ['a number without an end', '{"name":"a","port":1e999}', ['1:20-25 out-of-range']],
    ['a required key is missing', '{}', ['1:1-2 missing-key']],
    ['a misspelt required key is one mistake', '{"naem":"a"}', ['1:2-8 unknown-key']],
    ['a key named __proto__', '{"name":"a","__proto__":{}}', ['1:13-24 unknown-key']],
    ['the wrong type', '{"name":5}', ['1:9-10 wrong-type']],
    ['a list instead of an object', '[]', ['1:1-2 wrong-type']],
    ['above the bound', '{"name":"a","port":65536}', ['1:20-25 out-of-range']],
    ['a fraction where a whole number belongs', '{"name":"a","port":1.5}', ['1:20-23 wrong-type']],
    ['a word that is not one of those possible', '{"name":"a","level":"inof"}', ['1:21-27 invalid-value']],
    ['a number as duration', '{"name":"a","wait":30}', ['1:20-22 bad-duration']],
    ['a wrong unit', '{"name":"a","wait":"30 sec"}', ['1:20-28 bad-duration']],
    ['a duration of zero', '{"name":"a","wait":"0s"}', ['1:20-24 out-of-range']],
    ['an empty list', '{"name":"a","to":[]}', ['1:18-19 empty-list']],
    ['inside a list', '{"name":"a","to":["x",5]}', ['1:23-24 wrong-type']],
    ['inside a record', '{"name":"a","users":{"u":{"pasword":"x"}}}', ['1:27-36 unknown-key']],
    ['no alternative of a union', '{"name":"a","secret":5}', ['1:22-23 wrong-type']],
    ['inside the alternative meant', '{"name":"a","secret":{"evn":"x"}}', ['1:23-28 unknown-key']],
    [
      'several, in order',
      '{"prot":1,\n"level":1}',
      ['1:1-2 missing-key', '1:2-8 unknown-key', '2:9-10 invalid-value'],
    ],
  ];
  test.each(table)('%s', (_, text, issues) => {
    expect(placesOf(text)).toEqual(issues);
  });
});

describe('words', () => {
  const table: [text: string, message: string, hint: string | null][] = [
    ['{"nam":"a"}', 'The key "nam" has no meaning here.', 'Did you mean `name`?'],
    ['{"name":"a","wait":30}', '`wait` must be a duration such as "30s", not the number 30.', 'Write "30s".'],
    [
      '{"name":"a","wait":"5 minutes"}',
      '`wait` must be a duration such as "30s", not "5 minutes".',
      'Write "5m".',
    ],
    ['{"name":"a","port":-1}', '`port` must be at least 0.', null],
    ['{"name":"a","port":1e9}', '`port` must be at most 65535, not 1000000000.', null],
    ['{"name":"a","port":"x"}', '`port` must be a number, not the text "x".', null],
    [
      '{"name":"a","level":"debgu"}',
      '`level` must be one of "info", "debug", not the text "debgu".',
      'Did you mean "debug"?',
    ],
    ['{"name":"a","to":[]}', '`to` must not be empty.', null],
    ['{"name":"a","to":["x",5]}', 'Entry 2 of `to` must be a text, not the number 5.', null],
    ['{"port":1}', 'The key "name" is missing.', null],
  ];
  test.each(table)('%s', (text, message, hint) => {
    expect(issuesOf(text).map((i) => [i.message, i.hint])).toEqual([[message, hint]]);
  });
});

test('gives the value with defaults and durations in milliseconds', () => {
  const { value } = readDocument({ path: 'a.json', text: '{"name":"a","wait":"1h30m"}' }, schema);
  expect(value).toEqual({ name: 'a', port: 1883, wait: 5_400_000 });
});

test('nesting of 100,000 is one issue and no exception', () => {
  const deep = '['.repeat(100_000);
  expect(placesOf(deep)).toEqual(['1:65-66 too-deep']);
  expect(placesOf('{"a":'.repeat(100_000))).toEqual(['1:321-322 too-deep']);
});

test('a place by its path, for checks that come after', () => {
  const { document } = readDocument({ path: 'a.json', text: '{"name":"a",\n"to":["x","y"]}' }, schema);
  expect(document.locate(document.at(['to', 1]))).toEqual({
    file: 'a.json',
    line: 2,
    column: 11,
    endColumn: 14,
  });
  expect(document.locate(document.at(['wait']))).toEqual({
    file: 'a.json',
    line: 1,
    column: 1,
    endColumn: 2,
  });
});
