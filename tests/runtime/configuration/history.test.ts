/** `history` in `tocsin.json`: what is kept, for how long, and how large it may become. */
import { expect, test } from 'vitest';
import { loadConfiguration } from '../../../runtime/site/configuration.js';

const DAY_MS = 24 * 3_600_000;
const load = (text: string) => loadConfiguration({ path: 'tocsin.json', text });

test('hours are kept at least as long as their minutes', () => {
  const text = '{ "history": { "rollups": { "1m": "10d", "1h": "5d" }, "maxSize": "1.5GB" } }';
  expect(load(text).configuration?.history).toMatchObject({
    rollupMs: { minute: 10 * DAY_MS, hour: 10 * DAY_MS },
    bytesMax: 1.5 * 2 ** 30,
  });
});

test.each(['15MB', '4', 'GB', '4 GB', '-1GB'])('a size of %s is none', (size) => {
  const { issues } = load(`{ "history": { "maxSize": "${size}" } }`);
  expect(issues.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`)).toEqual([
    '1:27 invalid-value `maxSize` must be a size such as "4GB", at least 16MB (units KB, MB, GB, TB).',
  ]);
});
