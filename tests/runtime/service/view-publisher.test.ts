/** Which rows are published, where and as what. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../rules/create-engine.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { ViewPublisher } from '../../../runtime/service/view-publisher.js';

const VIEW = { id: 'v', inputs: { x: 'f/{m}/x' }, emit: { x: 'x' }, publish: 'views/{m}' };
const SILENT = { id: 'w', inputs: { x: 'f/{m}/x' }, emit: { y: 'x' } };

function published() {
  const { plan } = loadRules([{ path: 'views/v.json', text: JSON.stringify({ views: [VIEW, SILENT] }) }]);
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
  return { views, message, take, setAway };
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

test('labels make no other topic', () => {
  const { views, message, take } = published();
  message('f/a+b#/x', 1);
  views.look();
  expect(take()).toEqual(['views/a_b_ {"x":1} 0 true']);
});
