/** The list of notices as people see it. */
import { expect, test } from 'vitest';
import { deliveryList } from '../../../../runtime/command-line/pages/delivery-list.js';
import { DELIVERY } from '../../control/fake-target.js';
import { NOW, PAGE, tooLong } from './page-fixture.js';

const QUEUED = { ...DELIVERY, id: 'q'.repeat(26), state: 'queued' } as const;

test('how each stands, with what to do next', () => {
  const deliveries = [
    DELIVERY,
    { ...QUEUED, attempts: 1, nextAt: NOW + 90_000, lastError: 'connection refused', createdAt: NOW - 5000 },
    {
      ...DELIVERY,
      id: 'd'.repeat(26),
      receiver: 'maintenance',
      kind: 'resolved',
      state: 'delivered',
      attempts: 0,
      lastError: null,
    } as const,
  ];
  expect(deliveryList(deliveries, PAGE)).toBe(
    `NOTICE                      RECEIVER          KIND        STATE          AGE
abcdefghijklmnopqrstuvwxyz  scada             firing      dead        5m 12s
    3 failed attempts; the last: it answered 410
qqqqqqqqqqqqqqqqqqqqqqqqqq  scada             firing      queued          5s
    1 failed attempt: connection refused; the next in 1m 30s
dddddddddddddddddddddddddd  maintenance       resolved    delivered   5m 12s

3 notices: 1 queued, 1 delivered, 1 dead
Send again: tocsin deliveries retry abcdefghijklmnopqrstuvwxyz, or --all
`,
  );
});

test.each<[string, Partial<typeof DELIVERY>, string]>([
  ['it waits for its first attempt', { state: 'queued', attempts: 0, nextAt: NOW, lastError: null }, ''],
  [
    'it is due',
    { state: 'queued', attempts: 1, nextAt: NOW, lastError: 'x' },
    '    1 failed attempt: x; the next is due',
  ],
  [
    'it was never tried',
    { state: 'dead', attempts: 0, lastError: 'the outbox is full' },
    '    the outbox is full',
  ],
  ['it failed, nobody knows why', { attempts: 2, lastError: null }, '    2 failed attempts'],
])('%s', (_name, change, story) => {
  const [, , line] = deliveryList([{ ...DELIVERY, ...change }], PAGE).split('\n');
  expect(line).toBe(story);
});

test('nothing', () => {
  expect(deliveryList([], PAGE)).toBe('No notices.\n');
});

test('what is merged or delivered needs nothing', () => {
  expect(deliveryList([{ ...DELIVERY, state: 'merged' }], PAGE)).not.toContain('Send again');
});

test('long names and errors stay on the page', () => {
  const text = deliveryList([{ ...DELIVERY, receiver: 'r'.repeat(60), lastError: 'e'.repeat(300) }], PAGE);
  expect(tooLong(text)).toEqual([]);
});
