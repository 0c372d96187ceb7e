// Aim: rule files become rules with every default filled in, and no text makes the loader throw.
// Method: right files are loaded, cut off at every place and changed at random; hostile ones are loaded whole.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules, type SourceFile } from '../../../rules/format/load-rules.js';
import type { Condition } from '../../../rules/rule.js';
import { EXAMPLE_FILES } from './example-rules.js';
import { ruleOf } from './rule-text.js';

const LOAD = { path: 'views/load.json', text: '{"id":"load","inputs":{"x":"a/{m}"},"emit":{"x":"x"}}' };
const files = [...EXAMPLE_FILES.map((text, index): SourceFile => ({ path: `${index}.json`, text })), LOAD];

/** A condition as text, outermost first. */
function shown(condition: Condition): string {
  switch (condition.kind) {
    case 'times':
      return `times ${condition.count} in ${condition.withinMs} (${shown(condition.of)})`;
    case 'for':
      return `for ${condition.forMs} (${shown(condition.of)})`;
    case 'keepFor':
      return `keepFor ${condition.keepForMs} (${shown(condition.of)})`;
    case 'expression':
      return condition.source;
    default:
      return condition.kind;
  }
}

describe('rules', () => {
  test('every part of the language loads', () => {
    const { rules, issues, origins } = loadRules(files, { allowAll: true });
    expect(issues).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(['press-overheat', 'signals', 'others']);
    expect([...origins.keys()]).toEqual(['press-overheat', 'signals', 'others']);
  });

  test('a part of a rule has a place', () => {
    const origin = loadRules(files, { allowAll: true }).origins.get('signals');
    if (!origin) throw new Error('no origin');
    const { document } = origin;
    expect(document.locate(origin.at(['suppressedBy', 0, 'rule']))).toMatchObject({
      file: '1.json',
      line: 2,
      column: 49,
    });
    expect(document.locate(origin.at(['notify', 0]))).toMatchObject({ line: 2, column: 3 });
  });

  test('defaults', () => {
    const { rules } = loadRules([
      { path: 'a.json', text: '{"id":"a","inputs":{"t":"f/{m}","u":"g/{l}/{m}"},"when":"t > 1"}' },
    ]);
    expect(rules).toMatchObject([
      {
        title: null,
        description: null,
        runbook: null,
        enabled: true,
        groupBy: ['m', 'l'],
        lets: [],
        labels: [],
        active: null,
        suppressedBy: [],
        keepForMs: 0,
        latch: false,
        onUnknown: 'hold',
        notify: null,
        quiet: false,
        forgetAfterMs: 30 * 86_400_000,
        maxInstances: 10_000,
        inputs: [{ name: 't', maxAgeMs: null, unit: null, source: { field: 'value' } }, { name: 'u' }],
        levels: [{ severity: 'warning' }],
        message: { parts: [{ kind: 'text', text: 'a' }] },
      },
    ]);
  });

  test('the message is the title, braces and all, before it is the id', () => {
    expect(ruleOf({ more: '"title":"{x}",' }).message.parts).toEqual([{ kind: 'text', text: '{x}' }]);
    expect(ruleOf({ more: '"title":"x","message":"",' }).message.parts).toEqual([]);
  });

  test('levels come highest first, labels by name', () => {
    const { levels, labels } = ruleOf({
      when: '{"info":"temp > 1","critical":"temp > 3","warning":"temp > 2"}',
      more: '"labels":{"b":"1","B":"2","a":"3"},',
    });
    expect(levels.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info']);
    expect(labels.map(({ name }) => name)).toEqual(['B', 'a', 'b']);
  });

  test('modifiers stand around their condition, times inside for inside keepFor', () => {
    const [level] = ruleOf({
      when: '{"keepFor":"3s","for":"2s","within":"9s","expr":"temp > 1","times":4}',
    }).levels;
    expect(level && shown(level.condition)).toBe('keepFor 3000 (for 2000 (times 4 in 9000 (temp > 1)))');
  });

  test.each([
    ['"t"', 'temp'],
    ['{"value":"t"}', 'temp'],
    ['{"expr":" temp "}', 'temp'],
    ['"u"', 'temp'],
  ])('readings of %s are those of the input it names', (signal, name) => {
    const { lets } = ruleOf({
      let: `{"u":"t","t":{"value":"temp"},"a":{"avg":${signal},"over":5},"b":{"previous":${signal}}}`,
    });
    expect(lets.slice(2).map(({ signal: one }) => 'of' in one && one.of)).toEqual([
      { kind: 'name', name },
      { kind: 'name', name },
    ]);
  });

  test('of an aggregate in an expression too', () => {
    const [level] = ruleOf({ let: '{"t":"temp"}', when: '"avg(t, 5) > 1"' }).levels;
    expect(JSON.stringify(level)).toContain('"of":{"kind":"name","name":"temp"}');
  });

  test('a schedule in minutes', () => {
    const active = '[{"days":["sun","mon","sun"],"from":"22:30","to":"06:00","timezone":"Europe/Berlin"},{}]';
    expect(ruleOf({ more: `"active":${active},` }).active).toEqual([
      { timezone: 'Europe/Berlin', days: [0, 6], fromMinute: 1350, toMinute: 360 },
      { timezone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440 },
    ]);
  });

  test('those that nothing is wrong with are loaded beside broken ones', () => {
    const rule = (id: string, when: string) => `{"id":"${id}","inputs":{"t":"f"},"when":"${when}"}`;
    const { rules } = loadRules([
      {
        path: 'a.json',
        text: `{"rules":[${rule('a', 't >')},${rule('b', 't > 1')},${rule('c', 'x > 1')},${rule('d', 't > 1')}]}`,
      },
      { path: 'b.json', text: `{"rules":[${rule('e', 't > 1')} ${rule('f', 't > 1')}]}` },
      { path: 'c.json', text: rule('g', 't > 1') },
    ]);
    // b.json is no JSON: a comma is missing.
    expect(rules.map(({ id }) => id)).toEqual(['b', 'd', 'g']);
  });
});

/** Every issue must lie within its file. */
function expectIssuesWithin(all: readonly SourceFile[]): number {
  const { issues } = loadRules(all, { allowAll: true });
  const linesOf = new Map(all.map(({ path, text }) => [path, text.replace(/^\uFEFF/, '').split('\n')]));
  for (const { file, line, column, endColumn, message } of issues) {
    const text = linesOf.get(file)?.[line - 1];
    expect(text, `line ${line} of ${file}: ${message}`).toBeDefined();
    expect(column).toBeGreaterThanOrEqual(1);
    expect(endColumn).toBeGreaterThan(column);
    // One column behind the end of the line: what is missing there has no character of its own.
    expect(endColumn).toBeLessThanOrEqual((text?.length ?? 0) + 2);
    expect(message).not.toMatch(/undefined|\[object|NaN|Invalid input/);
  }
  return issues.length;
}

describe('no text makes it throw', () => {
  test.each([0, 1])('half-written files, cut off at every place (%i)', (index) => {
    const text = EXAMPLE_FILES[index] ?? '';
    for (let length = 0; length < text.length - 1; length++) {
      const found = expectIssuesWithin([{ path: 'a.json', text: text.slice(0, length) }]);
      expect(found).toBeGreaterThan(0);
    }
  });

  test('files changed at random', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '\n',
        '//',
        '/*',
        'null',
        '1e999',
        '-1',
        '""',
        '{}',
        '[]',
        '"x"',
        '"temp"',
        '"value"',
        '"all"',
        '"for"',
        '"5m"',
        '\0',
        '\uFEFF',
        '\uD800',
        '"__proto__"',
        '"constructor"',
        '{"x":',
        '"avg"',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), piece: pieces });
    const base = fc.constantFrom(...EXAMPLE_FILES);
    fc.assert(
      fc.property(base, fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        let changed = text;
        for (const { at, length, piece } of edits) {
          const start = at % (changed.length + 1);
          changed = changed.slice(0, start) + piece + changed.slice(start + length);
        }
        expectIssuesWithin([{ path: 'a.json', text: changed }]);
      }),
      { numRuns: 1000 },
    );
  });

  test('values replaced at random', () => {
    const whole: unknown[] = EXAMPLE_FILES.map((text) =>
      JSON.parse(text.replaceAll(/^\/\/.*$/gm, '').replaceAll(/,(\s*[}\]])/g, '$1')),
    );
    const words = fc.constantFrom(
      'temp',
      'x',
      'avg',
      'value',
      'all',
      '5m',
      '',
      'x >',
      '{',
      '{x}',
      '#',
      '__proto__',
      'a/{b}',
      'info',
    );
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        words,
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(
          fc.oneof(
            words,
            fc.constantFrom(
              'over',
              'above',
              'for',
              'times',
              'within',
              'across',
              'some',
              'of',
              'in',
              'between',
              'critical',
            ),
          ),
          tie('any'),
          { maxKeys: 4 },
        ),
      ),
    })).any;
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
        value,
        (rule, way, replacement) => {
          const text = JSON.stringify(replaced(rule, way, replacement));
          expectIssuesWithin([{ path: 'a.json', text }]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  /** Goes down the value, at each level into the part that the next number picks, and replaces what is there. */
  function replaced(value: unknown, way: readonly number[], replacement: unknown): unknown {
    const [step, ...rest] = way;
    if (step === undefined || typeof value !== 'object' || value === null) return replacement;
    const keys = Object.keys(value);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) return replacement;
    const parts = Object.entries(value).map(
      ([name, part]) => [name, name === key ? replaced(part, rest, replacement) : part] as const,
    );
    return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
  }

  const nested = (depth: number) => `${'{"all":['.repeat(depth)}"t > 1"${']}'.repeat(depth)}`;
  test.each([
    ['nothing', ''],
    ['a byte order mark', '\uFEFF'],
    ['NUL bytes', '\0\0\0\0'],
    ['another encoding', '{\0"\0i\0d\0"\0'],
    ['no JSON', 'id: a\nwhen: temp > 3'],
    ['XML', '<rule id="a"/>'],
    ['conditions nested 1,000 deep', `{"id":"a","inputs":{"t":"f"},"when":${nested(1000)}}`],
    ['conditions nested 100,000 deep', `{"id":"a","inputs":{"t":"f"},"when":${nested(100_000)}}`],
    ['a million brackets', '['.repeat(1_000_000)],
    [
      'an expression nested 1,000 deep',
      `{"id":"a","inputs":{"t":"f"},"when":"${'('.repeat(900)}t${')'.repeat(900)} > 1"}`,
    ],
  ])('%s is one issue', (_, text) => {
    expect(expectIssuesWithin([{ path: 'a.json', text }])).toBe(1);
  });

  test('signals made of each other, as many as there can be, in a row and in a circle', () => {
    const lets = (last: string) =>
      Array.from({ length: 200 }, (_, i) => `"s${i}":"${i === 199 ? last : `s${i + 1} + s${i + 1}`}"`);
    const text = (last: string) => `{"id":"a","inputs":{"t":"f"},"let":{${lets(last)}},"when":"s0 > 1"}`;
    expect(loadRules([{ path: 'a.json', text: text('t') }]).issues).toEqual([]);
    expect(loadRules([{ path: 'a.json', text: text('s0') }]).issues.map(({ message }) => message)).toEqual([
      'This signal is made of itself: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → … → s0.',
    ]);
  });

  test('10,000 rules that suppress each other', () => {
    const rule = (i: number) =>
      `{"id":"r${i}","inputs":{"t":"f"},"when":"t > 1","suppressedBy":[{"rule":"r${(i + 1) % 10_000}"}]}`;
    const text = `{"rules":[${Array.from({ length: 10_000 }, (_, i) => rule(i))}]}`;
    const { rules, issues } = loadRules([{ path: 'a.json', text }]);
    expect([rules.length, issues.map(({ code }) => code)]).toEqual([9999, ['suppression-cycle']]);
  });

  test('10,000 broken rules, each with its own issue', () => {
    const rule = (i: number) => `{"id":"r${i}","inputs":{"t":"f"},"when":"x > 1"}`;
    const all = Array.from({ length: 10_000 }, (_, i) => ({ path: `${i}.json`, text: rule(i) }));
    const one = [{ path: 'all.json', text: `{"rules":[${all.map(({ text }) => text)}]}` }];
    expect(loadRules(all).issues.map(({ file, code }) => `${file} ${code}`)).toEqual(
      all.map(({ path }) => `${path} unknown-name`),
    );
    expect(loadRules(one).issues).toHaveLength(10_000);
  });
});
