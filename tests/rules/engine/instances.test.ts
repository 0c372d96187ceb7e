// The list of a rule's instances, as people are shown it.
import { expect, it } from 'vitest';
import { at, engineOf, START } from './engine-fixture.js';

it('lists each instance with its state, in order of the labels', () => {
  const engine = engineOf({
    id: 'hot',
    when: { warning: { value: 'x', above: 80, for: '10s' }, critical: { value: 'x', above: 100 } },
  });
  engine.message(at(0, 'f/c/x', 1));
  const [firing] = engine.message(at(0, 'f/b/x', 120));
  engine.message(at(1, 'f/a/x', 81));
  const episode = firing?.episode;
  expect(episode).toMatch(/^[0-9a-f]{16}$/);
  const none = { severity: null, episode: null, due: null };
  expect(engine.instances('hot')).toEqual([
    { labels: { m: 'a' }, state: 'pending', severity: 'warning', episode: null, due: START + 11_000 },
    { labels: { m: 'b' }, state: 'firing', severity: 'critical', episode, due: START + 10_000 },
    { labels: { m: 'c' }, state: 'inactive', ...none },
  ]);
  expect(engine.instances('cold')).toEqual([]);
});
