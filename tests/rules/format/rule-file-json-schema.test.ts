// Aim: the JSON Schema given to editors refuses what any eye would, at its place, and explains every key.
// Method: the language service of VS Code reads it. That it takes what the loader takes: tests/runtime/schemas.
import { describe, expect, test } from 'vitest';
import { ruleFileJsonSchema } from '../../../rules/format/rule-file-json-schema.js';
import { Editor } from '../../editor.js';

const schema = ruleFileJsonSchema();
const editor = new Editor(() => JSON.stringify(schema), {
  'file:///rules.schema.json': '/site/rules/*.json',
});

describe('underlines', () => {
  const rule = (when: string, more = '') => `{"id":"a","inputs":{"t":"f"},"when":${when}${more}}`;
  test.each<[text: string, place: string, problem: string]>([
    ['{}', '{}', 'Missing property "id".'],
    [rule('5'), '5}', 'Incorrect type. Expected "string".'],
    [rule('"t > 1"', ',"colour":1'), '"colour"', 'Property colour is not allowed.'],
    [rule('"t > 1"', ',"keepFor":"5 min"'), '"5 min"', 'Expected a duration such as "30s".'],
    [rule('{"value":"t","abve":1}'), '"abve"', 'Property abve is not allowed.'],
    [rule('{"avg":"t","ovr":"5m","above":1}'), '"ovr"', 'Property ovr is not allowed.'],
    [rule('{"all":[]}'), '[]', 'Array has too few items. Expected 1 or more.'],
    [rule('{"value":"t","between":[1]}'), '[1]', 'Array has too few items. Expected 2 or more.'],
    [rule('{"count":"t","over":5,"where":{},"above":1}'), '{},"above"', 'Object has fewer properties than'],
    [rule('{"absent":"t"}'), '"when"', 'Missing property "for".'],
    [rule('{"absent":"t","for":"0s"}'), '"0s"', 'Expected a duration such as "30s".'],
    [rule('{"avg":"t","over":5,"per":"1h","above":1}'), '"per"', 'Property per is not allowed.'],
    ['{"id":"a","inputs":{},"when":"1 > 2"}', '{},"when"', 'Object has fewer properties than'],
    ['{"id":"A","inputs":{"t":"f"},"when":"t > 1"}', '"A"', 'Expected lower-case letters, digits and -'],
    ['{"rules":[{}]}', '{}]', 'Missing property "id".'],
  ])('%s', async (text, place, message) => {
    const [problem = ''] = await editor.problems('/site/rules/a.json', text);
    const column = Number(problem.match(/^1:(\d+) /)?.[1]);
    expect(text.slice(column - 1).slice(0, place.length)).toBe(place);
    expect(problem).toContain(message);
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
