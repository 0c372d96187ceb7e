/** Templates of a user: what they can say, and every mistake with its place. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../../runtime/formats/format-names.js';
import { WORDS } from '../../../runtime/formats/notice-values.js';
import { readTemplate } from '../../../runtime/formats/read-template.js';
import { alert, formatOf, noticeOf, RESOLVED } from './format-fixture.js';

function rendered(
  body: unknown,
  delivery = noticeOf([alert()]),
  more: object = {},
  parameters = {},
): unknown {
  return JSON.parse(formatOf(JSON.stringify({ ...more, body }), parameters).render(delivery));
}

describe('a body', () => {
  test.each<[string, unknown, unknown]>([
    ['without words', { a: [1, true, null, 'text'] }, { a: [1, true, null, 'text'] }],
    [
      'a word by itself keeps its type',
      ['{sentAt}', '{alert.values.temp}', '{late}'],
      [1780315200000, 85.25, false],
    ],
    [
      'words in a text',
      '{gateway}: {alert.labels.machine} at {alert.values.temp}',
      'plant-7/gw-2: m1 at 85.25',
    ],
    ['a brace', '{{"a": {severity}}', '{"a": critical}'],
    ['nothing in a text', 'a{alert.labels.none}b', 'ab'],
    ['nothing by itself is left out', { a: '{alert.runbook}', b: ['{alert.labels.none}', 1] }, { b: [1] }],
    ['`$when` with the value', { $when: 'severity', is: { critical: 1 }, else: 2 }, 1],
    ['`$when` with another', { $when: 'severity', is: { info: 1 }, else: 2 }, 2],
    ['`$when` without `else`', [{ $when: 'severity', is: { info: 1 } }], []],
    ['`$with` something', [{ $with: 'alert.message', of: 1 }], [1]],
    [
      '`$with` nothing',
      [
        { $with: 'alert.runbook', of: 1 },
        { $with: 'omitted', of: 2 },
      ],
      [],
    ],
    ['`$each` row', { $each: 'rows', max: 2, of: '{row.name}' }, ['since', 'line']],
  ])('%s', (_name, body, expected) => {
    expect(rendered(body)).toEqual(expected);
  });

  test('`$each` alert, beside others in a list', () => {
    const notice = noticeOf([alert(), alert({ ...RESOLVED, labels: { machine: 'm2' } })]);
    const body = [
      'first',
      { $each: 'alerts', of: '{alert.labels.machine} {alert.state}' },
      '{state} {count}',
    ];
    expect(rendered(body, notice)).toEqual(['first', 'm1 firing', 'm2 resolved', 'firing 2']);
  });

  test('what comes from outside is never anything but text', () => {
    const name = '", "admin": true, {id}\n</script>';
    const notice = noticeOf([alert({ labels: { machine: name, ['__proto__']: 'x' }, message: name })]);
    expect(rendered({ a: '{alert.labels.machine}', b: 'x {alert.message}' }, notice)).toEqual({
      a: '", "admin": true, {id} </script>',
      b: 'x ", "admin": true, {id} </script>',
    });
    expect(rendered(['{alert.labels.toString}', '{alert.labels.constructor}'], notice)).toEqual([]);
  });

  test('parameters of the receiver', () => {
    const more = { parameters: ['key'] };
    expect(rendered({ key: '{parameters.key}' }, undefined, more, { key: 's3cret' })).toEqual({
      key: 's3cret',
    });
  });
});

test.each<[string, string, string[]]>([
  ['no body', '{}', ['1:1 missing-key']],
  [
    'a word that there is not',
    '{ "body": "{alert.mesage}" }',
    ['1:11 unknown-word Did you mean {alert.message}?'],
  ],
  ['a parameter that is not declared', '{ "body": "{parameters.key}" }', ['1:11 unknown-word']],
  ['deep inside', '{ "body": { "a": [\n  "{x}" ] } }', ['2:3 unknown-word']],
  [
    '`$when` of no word',
    '{ "body": { "$when": "sevrity", "is": {} } }',
    ['1:22 unknown-word Did you mean {severity}?'],
  ],
  ['`$when` without choices', '{ "body": { "$when": "severity" } }', ['1:11 missing-key']],
  ['`$when` with a list', '{ "body": { "$when": "severity", "is": [] } }', ['1:40 wrong-type']],
  ['`$each` of something else', '{ "body": { "$each": "alert", "of": 1 } }', ['1:22 invalid-value']],
  ['keys beside it', '{ "body": { "$with": "id", "of": 1, "a": 1 } }', ['1:37 unknown-key']],
  ['every mistake at once', '{ "boddy": 1, "body": ["{a}", "{b}"] }', ['1:3 unknown-key']],
  ['no JSON', '{ "body": ', ['1:10 syntax']],
])('%s is found at load', (_name, text, expected) => {
  const { template, issues } = readTemplate({ path: 'formats/a.json', text });
  expect(template).toBeNull();
  const shown = issues.map(({ line, column, code, hint }) => `${line}:${column} ${code} ${hint ?? ''}`);
  expect(shown.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
});

describe('docs/formats.md', () => {
  const page = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');

  test('its template is right, and does what it says', () => {
    const [, text = ''] = /`formats\/tickets\.json`\n\n```jsonc\n([\s\S]*?)```/.exec(page) ?? [];
    const body = JSON.parse(formatOf(text, { project: 'P1' }).render(noticeOf([alert()]))) as unknown;
    expect(body).toEqual({
      project: 'P1',
      title: '[critical] Press overheating l1, m1',
      priority: 1,
      closed: false,
      lines: ['Told by plant-7/gw-2', 'critical: m1 on l1 is at 85.25 °C'],
    });
  });

  test('names every format and every word', () => {
    for (const name of [...FORMAT_NAMES, ...WORDS]) expect(page).toContain(`\`${name}\``);
  });
});
