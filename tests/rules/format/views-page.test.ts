// Aim: every example of docs/views.md is what the page says it is.
// Method: its views and rules make one site, which loads; its rule tests are run on it; the table is what the page shows.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { tablePage } from '../../../runtime/command-line/pages/table-page.js';
import { tableView } from '../../../runtime/control/table-view.js';
import { startReplay } from '../../../runtime/replay/replay.js';
import { Coverage } from '../../../runtime/rule-tests/coverage.js';
import { readTests } from '../../../runtime/rule-tests/read-tests.js';
import { runTest } from '../../../runtime/rule-tests/run-test.js';

const page = readFileSync(new URL('../../../docs/views.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```(\S+) ?(\w*)\n(.*?)\n```$/gms)].map(
  ([, language, role, text = '']) => ({
    language,
    role,
    text,
  }),
);
const inRole = (role: string) => blocks.filter((block) => block.role === role).map(({ text }) => text);

const files = [
  ...inRole('view').map((text, at) => ({ path: `views/${at}.json`, text })),
  ...inRole('rule').map((text, at) => ({ path: `rules/${at}.json`, text })),
];
const { plan, issues } = loadRules(files);
const [testFile = ''] = inRole('tests');
const read = readTests(
  { path: 'tests/page.json', text: testFile },
  plan.rules.map(({ id }) => id),
);

test('the views and rules of the page make a site', () => {
  expect(issues).toEqual([]);
  expect([plan.views?.length, plan.rules.length]).toEqual([2, 2]);
});

test('its rule tests pass', () => {
  expect(read.issues).toEqual([]);
  const results = read.tests.map((one) => runTest(one, plan, new Coverage(plan.rules)));
  expect(results.map(({ isPassed }) => isPassed)).toEqual([true]);
});

test('the table is the one that it shows', () => {
  const replay = startReplay(plan);
  for (const input of read.tests[0]?.inputs ?? [])
    if (input.kind === 'message') replay.message(input.message);
  replay.advance(read.tests[0]?.until ?? 0);
  const view = tableView(replay.engine, plan, 'press-load');
  const shown = view && tablePage(view, { width: 80, style: (_format, text) => text });
  expect(`${blocks.find(({ language }) => language === 'text')?.text}\n`).toEqual(shown);
});
