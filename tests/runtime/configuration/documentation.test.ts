/** docs/configuration.md lists exactly the keys of the declaration, with their defaults and meanings. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { webhookBody } from '../../../runtime/delivery/webhook-body.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { delivery } from '../delivery/delivery-fixture.js';
import { configurationKeys } from './configuration-keys.js';

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** Rows of all tables that begin with a key in backticks. */
function rows(text: string): { key: string; default: string; description: string }[] {
  return [...text.matchAll(/^\| `([^`]+)` \| (.+?) \| (.+) \|$/gm)].map(
    ([, key = '', fallback = '', description = '']) => ({ key, default: fallback, description }),
  );
}

test('every key that works, with default and meaning', () => {
  const declared = configurationKeys()
    .filter(({ isBuilt }) => isBuilt)
    .map(({ key, default: fallback, description, isSecret }) => ({
      key,
      default: fallback,
      description: isSecret ? `${description} (secret)` : description,
    }));
  expect(rows(page)).toEqual(declared);
  expect(declared.length).toBeGreaterThan(40);
});

test('every key that is not built yet', () => {
  const section = page.slice(page.indexOf('## Not built yet'));
  const listed = [...section.matchAll(/`([^`]+)`/g)].map(([, key]) => key);
  expect(listed).toEqual(
    configurationKeys()
      .filter(({ isBuilt }) => !isBuilt)
      .map(({ key }) => key),
  );
});

test('the example is valid', () => {
  const text = /```jsonc\n([\s\S]+?)```/.exec(page)?.[1] ?? '';
  const { configuration, issues } = loadConfiguration({ path: 'tocsin.json', text });
  expect(issues).toEqual([]);
  expect(configuration?.receivers).toHaveLength(2);
});

test('the body of a webhook has the keys that the page shows', () => {
  const shown = JSON.parse(/```json\n([\s\S]+?)```/.exec(page)?.[1] ?? '');
  const body = JSON.parse(webhookBody(delivery().notice));
  expect(Object.keys(body)).toEqual(Object.keys(shown));
  expect(Object.keys(body.alerts[0])).toEqual(Object.keys(shown.alerts[0]));
});
