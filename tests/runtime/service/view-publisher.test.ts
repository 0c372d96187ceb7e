/** Which rows are published, where and as what. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import type { Plan } from '../../../rules/engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ViewPublisher } from '../../../runtime/service/view-publisher.js';

const VIEW = { id: 'v', inputs: { x: 'f/{m}/x' }, emit: { x: 'x' }, publish: 'views/{m}' };
const SILENT = { id: 'w', inputs: { x: 'f/{m}/x' }, emit: { y: 'x' } };

function planOf(...views: readonly object[]): Plan {
  return loadRules([{ path: 'views/v.json', text: JSON.stringify({ views }) }]).plan;
}

function published() {
  let plan = planOf(VIEW, SILENT);
  const engine = createEngine(plan);
  const sent: string[] = [];
  let isAway = false;
  const setAway = (is: boolean) => {
    isAway = is;
  };
  const publisher = {
    publish: async (topic: string, payload: Buffer, { qos, retain }: { qos: number; retain: boolean }) => {
      if (isAway) throw new Error('away');
      sent.push(`${topic} ${payload.toString()} ${qos} ${retain}`);
    },
  };
  const views = new ViewPublisher({ engine, plan: () => plan, publishers: [publisher] });
  const message = (topic: string, payload: number, time = 0) =>
    engine.message({ topic, payload, time, arrival: time });
  const take = () => sent.splice(0);
  const replan = (...changed: readonly object[]) => {
    plan = planOf(...changed);
    engine.replan(plan);
  };
  return { engine, views, message, take, setAway, replan };
}

test('rows that changed, as they are when it looks', () => {
  const { views, message, take } = published();
  message('f/a/x', 1);
  message('f/a/x', 2, 1);
  message('f/b/x', 3, 2);
  views.look();
  expect(take()).toEqual(['views/a {"x":2} 0 true', 'views/b {"x":3} 0 true']);
  views.look();
  expect(take()).toEqual([]);
});

test('a row that says the same is not published again', () => {
  const { views, message, take } = published();
  message('f/a/x', 1);
  views.look();
  take();
  message('f/a/x', 1, 1);
  views.look();
  expect(take()).toEqual([]);
});

test('all rows at the beginning, and when a broker is back', () => {
  const { views, message, take } = published();
  message('f/a/x', 1);
  views.begin();
  expect(take()).toEqual(['views/a {"x":1} 0 true']);
  views.begin();
  expect(take()).toEqual(['views/a {"x":1} 0 true']);
});

test('what could not be published is when it changes again', async () => {
  const { views, message, take, setAway } = published();
  setAway(true);
  message('f/a/x', 1);
  views.look();
  await Promise.resolve();
  setAway(false);
  message('f/a/x', 1, 1);
  views.look();
  expect(take()).toEqual(['views/a {"x":1} 0 true']);
});

test('of a row that is no more, nothing stays', () => {
  const { engine, views, message, take } = published();
  message('f/a/x', 1);
  message('f/b/x', 2);
  views.look();
  take();
  engine.advance(30 * 86_400_000 - 1);
  views.look();
  expect(take()).toEqual([]);
  engine.advance(30 * 86_400_000);
  views.look();
  expect(take()).toEqual(['views/a  0 true', 'views/b  0 true']);
  message('f/a/x', 1, 31 * 86_400_000);
  views.look();
  expect(take()).toEqual(['views/a {"x":1} 0 true']);
});

test.each<[string, readonly object[], readonly string[]]>([
  ['is gone', [SILENT], ['views/a  0 true']],
  ['is published no more', [{ ...VIEW, publish: undefined }], ['views/a  0 true']],
  [
    'is published elsewhere',
    [{ ...VIEW, publish: 'other/{m}' }],
    ['views/a  0 true', 'other/a {"x":1} 0 true'],
  ],
  ['is as it was', [VIEW], []],
])('of a view that %s', (_name, next, expected) => {
  const { views, message, take, replan } = published();
  message('f/a/x', 1);
  views.look();
  take();
  replan(...next);
  views.look();
  expect(take()).toEqual(expected);
});

test('labels make no other topic', () => {
  const { views, message, take } = published();
  message('f/a+b#/x', 1);
  views.look();
  expect(take()).toEqual(['views/a_b_ {"x":1} 0 true']);
});
