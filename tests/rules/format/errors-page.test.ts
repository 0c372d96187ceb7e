// Aim: every code is explained in docs/errors.md, and its example gives that code with the message shown.
// Method: the page is taken apart into sections; examples are put into a rule (`when`, `let`, `keys`), are views, a table or a file.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ISSUE_CODES } from '../../../rules/format/issue-codes.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { functionMaker } from '../../../runtime/functions/function-maker.js';
import { ruleText } from './rule-text.js';

interface Section {
  readonly code: string;
  /** What an example is part of: the word behind ```json. */
  readonly part: string | undefined;
  readonly example: string;
  readonly shown: string;
}

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((text): Section => {
    const [, code = ''] = /^`([^`]+)`/.exec(text) ?? [];
    const [, part, example = '', shown = ''] = /^```json (\w+)\n(.*?)\n```\n\n> (.*)$/ms.exec(text) ?? [];
    return { code, part, example, shown: shown.split('\n')[0] ?? '' };
  });

/** They come from the disk and the configuration, whose tests cause them; one is too long to print, one is never alone. */
const WITHOUT_EXAMPLE = [
  'unreadable-artefact',
  'bad-labels',
  'unreadable-file',
  'unknown-receiver',
  'unknown-word',
  'unreachable-route',
  'nobody-told',
  'own-topic',
  'missing-secret',
  'not-supported-yet',
  'needs-restart',
  'duplicate-table',
  'too-deep',
  'too-large',
  'broken-source',
];

/** Those that the page tells of. */
const TABLES = [
  { path: 'tables/limits.csv', text: 'machine,max\nm1,80\n' },
  { path: 'tables/shifts.csv', text: 'name\nearly\n' },
];

function fileOf({ part, example }: Section): string {
  if (part === 'when') return ruleText({ when: example });
  if (part === 'let') return ruleText({ let: example });
  if (part === 'views') return `{ "views": [${example}] }`;
  return part === 'keys' ? ruleText({ more: `${example},` }) : example;
}

test('every code has one section, and every section a code', () => {
  expect(sections.map(({ code }) => code).sort()).toEqual(Object.keys(ISSUE_CODES).sort());
});

test('all but a few have an example', () => {
  const without = sections.filter(({ example }) => example === '').map(({ code }) => code);
  expect(without.sort()).toEqual([...WITHOUT_EXAMPLE].sort());
});

test('those without one are caused by a test elsewhere', () => {
  const folder = new URL('../../', import.meta.url);
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('errors-page.test.ts'))
    .map((path) => readFileSync(new URL(path, folder), 'utf8'));
  const untested = WITHOUT_EXAMPLE.filter(
    (code) => !texts.some((text) => new RegExp(`\\b${code}\\b`).test(text)),
  );
  expect(untested).toEqual([]);
});

test('every code is used', () => {
  const root = new URL('../../../', import.meta.url);
  const texts = ['rules', 'runtime'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('issue-codes.ts'))
      .map((path) => readFileSync(new URL(`${folder}/${path}`, root), 'utf8')),
  );
  const unused = Object.keys(ISSUE_CODES).filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
  expect(unused).toEqual([]);
});

describe('examples', () => {
  test.each(sections.filter(({ example }) => example !== ''))('$code', (section) => {
    const folder = { views: 'views', table: 'tables', function: 'functions' }[section.part ?? ''] ?? 'rules';
    const path = `${folder}/press.${folder === 'functions' ? 'js' : 'json'}`;
    const { issues } = loadRules([{ path, text: fileOf(section) }, ...TABLES], { functions: functionMaker });
    expect(
      issues.map(({ code, message, hint }) => [code, hint === null ? message : `${message} ${hint}`]),
    ).toEqual([[section.code, section.shown]]);
  });
});
