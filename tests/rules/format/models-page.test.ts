// Aim: docs/models.md says what is so. Method: its model and rule make a site, which loads; its table of kinds has the outputs
// and keys of each kind.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ALL_KINDS } from '../../../runtime/models/all-kinds.js';
import { modelMaker } from '../../../runtime/models/model-maker.js';

const page = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
const inRole = (role: string) =>
  [...page.matchAll(/^```json (\w+)\n(.*?)\n```$/gms)].flatMap(([, found, text = '']) =>
    found === role ? [text] : [],
  );

test('the examples make a site', () => {
  const { issues, plan } = loadRules(
    [
      ...inRole('model').map((text, at) => ({ path: `models/${at}.json`, text })),
      ...inRole('rule').map((text, at) => ({ path: `rules/${at}.json`, text })),
    ],
    { models: modelMaker({ kinds: ALL_KINDS }) },
  );
  expect(issues).toEqual([]);
  expect([plan.models?.length, plan.rules.length]).toEqual([1, 1]);
});

/** Keys that there must be. */
const REQUIRED: Readonly<Record<string, object>> = {
  trend: { limit: 1 },
  failure: { horizon: '1d' },
  imported: { file: 'm.onnx' },
};

test.each(ALL_KINDS.map((kind) => [kind.name, kind] as const))('%s is in the table', (name, kind) => {
  // The name may be a link to the page of the kind.
  const row = page.split('\n').find((line) => new RegExp(`^\\| \\[?\`${name}\``).test(line)) ?? '';
  const [, keys = '', outputs = ''] = row.split(' | ');
  const named = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
  expect(named(keys)).toEqual(Object.keys(kind.settings.shape));
  const settings = REQUIRED[name] ?? {};
  const given = kind.outputs(kind.settings.parse(settings), null as never).map((output) => output.name);
  expect(named(outputs)).toEqual(given);
});
