/** Topic filters: the rules of MQTT one by one, then the tree against the plain comparison on every small topic. */
import { describe, expect, test } from 'vitest';
import { filterMatches, TopicFilters } from '../../firmware-bridge/topic-filters.js';

function matches(filter: string, topic: string): boolean {
  return filterMatches(filter.split('/'), topic.split('/'));
}

describe('a filter', () => {
  test.each([
    ['itself', 'a/b', 'a/b', true],
    ['no other level', 'a/b', 'a/c', false],
    ['no longer topic', 'a', 'a/b', false],
    ['no shorter topic', 'a/b', 'a', false],
    ['+ one level', 'a/+/c', 'a/b/c', true],
    ['+ an empty level', 'a/+', 'a/', true],
    ['+ not two levels', 'a/+', 'a/b/c', false],
    ['+ not no level', 'a/+', 'a', false],
    ['# all below', 'a/#', 'a/b/c', true],
    ['# its parent', 'a/#', 'a', true],
    ['# everything', '#', 'a/b', true],
    ['# nothing of the broker', '#', '$SYS/a', false],
    ['+ nothing of the broker', '+/a', '$SYS/a', false],
    ['$ by name', '$SYS/#', '$SYS/a', true],
    ['$ at another level', '+/+', 'a/$b', true],
    ['an empty first level', '/a', '/a', true],
    ['an empty first level by +', '+/a', '/a', true],
  ])('matches %s', (_name, filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
    const filters = new TopicFilters<string>();
    filters.add(filter, 'x');
    expect([...filters.match(topic)]).toEqual(expected ? ['x'] : []);
  });
});

const LEVELS = ['a', 'b', '', '$a'];

function paths(levels: readonly string[]): string[] {
  const one = [...levels];
  const two = one.flatMap((first) => levels.map((next) => `${first}/${next}`));
  return [...one, ...two, ...two.flatMap((first) => levels.map((next) => `${first}/${next}`))];
}

const TOPICS = paths(LEVELS);
const FILTERS = paths([...LEVELS, '+', '#']).filter((filter) => !filter.includes('#/'));

test('the tree finds what the comparison finds, also after some were removed', () => {
  const filters = new TopicFilters<string>();
  const expectAll = (kept: readonly string[]) => {
    expect(filters.size).toBe(kept.length);
    for (const topic of TOPICS) {
      const expected = kept.filter((filter) => matches(filter, topic));
      expect([...filters.match(topic)].sort(), topic).toEqual(expected.sort());
    }
  };
  for (const filter of FILTERS) filters.add(filter, filter);
  for (const filter of FILTERS) filters.add(filter, filter);
  expectAll(FILTERS);
  const [removed, kept] = [FILTERS.filter((_, i) => i % 3 > 0), FILTERS.filter((_, i) => i % 3 === 0)];
  for (const filter of removed) filters.remove(filter, filter);
  for (const filter of removed) filters.remove(filter, filter);
  expectAll(kept);
});

test('gives a value once, however many of its filters match', () => {
  const filters = new TopicFilters<string>();
  for (const filter of ['a/b', 'a/+', '#', 'a/#']) filters.add(filter, 'x');
  expect([...filters.match('a/b')]).toEqual(['x']);
});
