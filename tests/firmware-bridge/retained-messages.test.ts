/** Retained messages: the newest of each topic, found by filters, and never more than there is room for. */
import { describe, expect, test } from 'vitest';
import { RetainedMessages } from '../../firmware-bridge/retained-messages.js';

function message(topic: string, payload: string | Buffer) {
  return { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: true } as const;
}

async function found(retained: RetainedMessages, ...filters: string[]): Promise<string[]> {
  const all: string[] = [];
  for await (const { topic, payload } of retained.matching(filters)) all.push(`${topic}=${payload}`);
  return all;
}

function retained(limits: { topics?: number; bytes?: number } = {}): RetainedMessages {
  return new RetainedMessages({ topics: 10, bytes: 1_000_000, ...limits });
}

test('keeps the newest of each topic, until it is taken away', async () => {
  const kept = retained();
  for (const [topic, payload] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ] as const) {
    expect(kept.store(message(topic, payload))).toBe(true);
  }
  expect(await found(kept, '#')).toEqual(['b=2', 'a=3']);
  kept.store(message('a', ''));
  kept.store(message('unknown', ''));
  expect(await found(kept, '#')).toEqual(['b=2']);
});

test('finds by name and by wildcard, filter by filter', async () => {
  const kept = retained();
  for (const topic of ['a/b', 'a/c', 'd', '$x']) kept.store(message(topic, '1'));
  expect(await found(kept, 'd')).toEqual(['d=1']);
  expect(await found(kept, 'a/+', 'd', 'e')).toEqual(['a/b=1', 'a/c=1', 'd=1']);
  expect(await found(kept, '#')).toEqual(['a/b=1', 'a/c=1', 'd=1']);
});

test('keeps its own copy of the payload', async () => {
  const kept = retained();
  const chunk = Buffer.from('on');
  kept.store({ ...message('a', ''), payload: chunk });
  chunk.fill('x');
  expect(await found(kept, 'a')).toEqual(['a=on']);
});

test('lets others run while it looks through a long list, and ends though it changes', async () => {
  const kept = retained({ topics: 10_000 });
  for (let i = 0; i < 5_000; i++) kept.store(message(`t/${i}`, '1'));
  let turns = 0;
  let isSearching = true;
  const others = (async () => {
    while (isSearching) {
      await new Promise((resolve) => setImmediate(resolve));
      kept.store(message(`t/${turns}`, '2'));
      turns += 1;
    }
  })();
  expect(await found(kept, 'nothing/+')).toEqual([]);
  isSearching = false;
  await others;
  expect(turns).toBeGreaterThanOrEqual(9);
});

describe('when there is no room', () => {
  test('new topics are not kept, known ones are', async () => {
    const kept = retained({ topics: 2 });
    expect(['a', 'b', 'c', 'a'].map((topic) => kept.store(message(topic, '1')))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    kept.store(message('a', ''));
    expect(kept.store(message('c', '1'))).toBe(true);
  });

  test('what is too large is not kept, and neither is what it replaces', async () => {
    const kept = retained({ bytes: 1_000 });
    expect(kept.store(message('a', 'x'.repeat(500)))).toBe(true);
    expect(kept.store(message('b', 'x'.repeat(200)))).toBe(false);
    expect(kept.store(message('a', 'x'.repeat(900)))).toBe(false);
    expect(await found(kept, '#')).toEqual([]);
    expect(kept.store(message('b', 'x'.repeat(200)))).toBe(true);
  });
});
