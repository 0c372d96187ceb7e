// Aim: the JSON Schema given to editors takes what the loader takes, and refuses what any eye would.
// Method: zod reads the schema back and checks the same texts as the loader.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Document } from '../../../rules/format/document.js';
import { plainValue } from '../../../rules/format/json-tree.js';
import { ruleFileJsonSchema } from '../../../rules/format/rule-file-json-schema.js';
import { EXAMPLE_FILES } from './example-rules.js';

const schema = ruleFileJsonSchema();
// zod cannot read `anyOf` beside `properties`, which here says that one of the functions must be there.
const readable = JSON.parse(
  JSON.stringify(schema, (_, value) => (value?.properties ? { ...value, anyOf: undefined } : value)),
);
const checker = z.fromJSONSchema(readable);

function accepts(text: string): boolean {
  const { root } = new Document({ path: 'a.json', text });
  if (!root) throw new Error('no JSON');
  return checker.safeParse(JSON.parse(JSON.stringify(plainValue(root)))).success;
}

describe('takes', () => {
  test.each(EXAMPLE_FILES)('%s', (text) => {
    expect(accepts(text)).toBe(true);
  });
});

describe('refuses', () => {
  const rule = (when: string, more = '') => `{"id":"a","inputs":{"t":"f"},"when":${when}${more}}`;
  test.each([
    '{}',
    rule('5'),
    rule('"t > 1"', ',"colour":1'),
    rule('"t > 1"', ',"keepFor":"5 min"'),
    rule('{"value":"t","abve":1}'),
    rule('{"avg":"t","ovr":"5m","above":1}'),
    rule('{"all":[]}'),
    rule('{"value":"t","between":[1]}'),
    rule('{"absent":"t"}'),
    rule('{"avg":"t","over":5,"per":"1h","above":1}'),
    '{"id":"a","inputs":{},"when":"1 > 2"}',
    '{"id":"A","inputs":{"t":"f"},"when":"t > 1"}',
    '{"rules":[{}]}',
  ])('%s', (text) => {
    expect(accepts(text)).toBe(false);
  });
});

test('every key has a description', () => {
  const missing: string[] = [];
  JSON.stringify(schema, (key, value) => {
    if (key !== 'properties') return value;
    for (const [name, part] of Object.entries<{ description?: string; $ref?: string }>(value)) {
      if (!part.description && part.$ref !== '#/$defs/signal' && name !== '$schema') missing.push(name);
    }
    return value;
  });
  expect(missing).toEqual([]);
});
