/** How much a client may subscribe to, from both sides. */
import { expect, test } from 'vitest';
import { ClientFilters } from '../../firmware-bridge/client-filters.js';

test('1,000 filters and no more, each counted once, and no longer than it is there', () => {
  const filters = new ClientFilters();
  for (let i = 0; i < 1_000; i++) expect(filters.add(`t/${i}`)).toBe(true);
  expect([filters.add('t/1000'), filters.add('t/5')]).toEqual([false, true]);
  filters.remove('unknown');
  expect(filters.add('t/1000')).toBe(false);
  filters.remove('t/5');
  expect([filters.add('t/1000'), filters.add('t/1001')]).toEqual([true, false]);
});

test('5,000 levels and no more', () => {
  const filters = new ClientFilters();
  const deep = (i: number) => `${i}${'/+'.repeat(99)}`;
  for (let i = 0; i < 50; i++) expect(filters.add(deep(i))).toBe(true);
  expect(filters.add('a')).toBe(false);
  filters.remove(deep(7));
  for (let i = 0; i < 100; i++) expect(filters.add(`t${i}`)).toBe(true);
  expect(filters.add('a')).toBe(false);
});
