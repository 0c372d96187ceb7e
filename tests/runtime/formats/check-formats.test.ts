/** Mistakes in templates, and receivers that ask for what there is not, are found by `check`. */
import { expect, test } from 'vitest';
import { loadSite } from '../../../runtime/site/load-site.js';
import { temporarySite } from '../temporary-site.js';

async function problems(
  webhook: object,
  formats: Record<string, unknown> = {},
  more: object = {},
): Promise<string[]> {
  const receivers = { a: { webhook: { url: 'http://127.0.0.1/', ...webhook }, ...more } };
  const { issues } = await loadSite(temporarySite({ 'tocsin.json': { receivers }, ...formats }));
  return issues.map(
    ({ file, code, message, hint }) => `${file} ${code} ${message}${hint === null ? '' : ` ${hint}`}`,
  );
}

const MINE = { 'formats/mine.json': { body: { text: '{headline}' } } };

test.each<[string, object, Record<string, unknown>, string[]]>([
  ['a format of the program', { format: 'slack' }, {}, []],
  ['one of the site', { format: 'mine' }, MINE, []],
  [
    'none',
    { format: 'mien' },
    MINE,
    [
      'tocsin.json invalid-value There is no format "mien": neither in Tocsin nor as formats/mien.json. There are tocsin, alertmanager, cloudevents, pagerduty, slack, teams, ntfy.',
    ],
  ],
  [
    'a parameter that is missing',
    { format: 'pagerduty' },
    {},
    ['tocsin.json invalid-value The format "pagerduty" needs `parameters.routingKey`.'],
  ],
  [
    'one that it does not know',
    { parameters: { a: 'b' } },
    {},
    ['tocsin.json invalid-value The format "tocsin" knows no `parameters.a`.'],
  ],
  [
    'a mistake in a template that nobody uses',
    {},
    { 'formats/mine.json': { body: '{headlin}' } },
    ['formats/mine.json unknown-word {headlin} stands for nothing. Did you mean {headline}?'],
  ],
  [
    'a template in place of that of the program',
    { format: 'slack' },
    { 'formats/slack.json': { body: '{id}' } },
    [],
  ],
])('%s', async (_name, webhook, formats, expected) => {
  expect(await problems(webhook, formats)).toEqual(expected);
});

test('a format that takes one alert at a time takes no summary of a flood', async () => {
  const webhook = { format: 'pagerduty', parameters: { routingKey: 'k' } };
  expect(await problems(webhook, {}, { flood: { max: 3 } })).toEqual([
    expect.stringContaining('takes one alert at a time'),
  ]);
  expect(await problems(webhook, {}, { flood: false })).toEqual([]);
});
