/** A webhook with a format of its own: what it posts, what it keeps to itself, and how its receiver is treated. */
import { expect, test } from 'vitest';
import { Secret } from '../../../runtime/site/secret.js';
import { PlannedSite } from '../delivery/planned-site.js';
import { answer, server, webhook } from '../delivery/webhook-fixture.js';
import { alert, noticeOf, shipped } from './format-fixture.js';

const ROUTING_KEY = 'r0utingK3y';

test('the body and its content type are those of the format, the id is the same', async () => {
  const { url, requests } = await server(answer(202));
  const { receiver } = webhook(url, { format: shipped('cloudevents') });
  const notice = noticeOf([alert()]);
  expect(await receiver.attempt(notice, new AbortController().signal)).toEqual({ kind: 'delivered' });
  expect(requests[0]?.headers).toMatchObject({
    'content-type': 'application/cloudevents+json',
    'webhook-id': notice.notice.id,
  });
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ specversion: '1.0', id: notice.notice.id });
});

test('a parameter does not come back in what is shown of an answer', async () => {
  const { url } = await server(answer(400, `invalid routing key ${ROUTING_KEY}`));
  const { receiver } = webhook(url, {
    format: shipped('pagerduty', { routingKey: ROUTING_KEY }),
    parameters: [new Secret(ROUTING_KEY)],
  });
  expect(await receiver.attempt(noticeOf([alert()]), new AbortController().signal)).toEqual({
    kind: 'rejected',
    reason: 'HTTP 400: invalid routing key ***',
  });
});

const EVENTS = ['a', 'b'].map((episode) => ({ episode, labels: { machine: episode } }));
const hook = (more: object) => ({ webhook: { url: 'http://a.example/', ...more } });

test.each<[string, object, string[]]>([
  ['a chat is told of a rule together, after a second', hook({ format: 'slack' }), ['1s group a a b']],
  ['a program is told at once', hook({ format: 'cloudevents' }), ['0s firing a a', '0s firing a b']],
])('%s', (_name, a, expected) => {
  const site = new PlannedSite({ receivers: { a } });
  site.happen(...EVENTS);
  site.pass(60_000);
  expect(site.told()).toEqual(expected);
});

test('one that takes single alerts gets them, whatever a route says of groups', () => {
  const a = hook({ format: 'pagerduty', parameters: { routingKey: ROUTING_KEY } });
  const site = new PlannedSite({ receivers: { a }, routes: [{ to: ['a'], group: [], wait: '5s' }] });
  site.happen(...EVENTS);
  site.pass(60_000);
  expect(site.told()).toEqual(['5s firing a a', '5s firing a b']);
});
