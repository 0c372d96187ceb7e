/** The library as a script uses it. */
import { expect, test } from 'vitest';
import { type AlertEvent, createEngine, openSite, replay } from '../../runtime/index.js';
import { HOT } from './replay/rules-of.js';
import { temporarySite } from './temporary-site.js';

const message = (seconds: number, payload: number) => ({
  time: seconds * 1000,
  topic: 'plant/m1/temp',
  payload,
});

test('open a site, replay messages, run an engine of one’s own', async () => {
  const { rules, issues } = await openSite(temporarySite({ 'rules/hot.json': HOT }));
  expect(issues).toEqual([]);

  const events: AlertEvent[] = [];
  for await (const event of replay({ rules, messages: [message(0, 70), message(1, 85)] })) events.push(event);
  expect(events.map(({ time, rule, event }) => [time, rule, event])).toEqual([[1000, 'hot', 'firing']]);

  const engine = createEngine({ rules });
  expect(engine.message({ ...message(0, 70), arrival: 0 })).toEqual([]);
  expect(engine.message({ ...message(1, 85), arrival: 1000 })).toEqual(events);
});
