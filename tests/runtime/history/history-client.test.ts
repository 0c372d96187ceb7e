/**
 * The main thread's side of history: when it has the thread work, what it tells the ledger, and what it does about failures.
 * Method: a thread that answers what the test says, and a clock that stands until it is advanced.
 */
import { describe, expect, test } from 'vitest';
import { HistoryClient } from '../../../runtime/history/history-client.js';
import type { HistorySettings } from '../../../runtime/history/history-settings.js';
import type { HistoryProgress } from '../../../runtime/history/history-store.js';
import { StoreError } from '../../../runtime/storage/store.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { KEEP_ALL } from './history-fixture.js';

const DONE: HistoryProgress = { hasMore: false, released: 5, bytes: 100, refused: 1, problems: [] };

function clientOf(settings: HistorySettings = KEEP_ALL) {
  const clock = new SimulatedClock(0);
  const asked: string[] = [];
  const said: string[] = [];
  const released: number[] = [];
  let messages = 0;
  let answer: () => HistoryProgress = () => DONE;
  let isRunning = false;
  const thread = {
    get isRunning() {
      return isRunning;
    },
    async ask<T>(method: string): Promise<T> {
      asked.push(method);
      isRunning = method !== 'close';
      // What a thread answers to a method is what the client expects of it.
      return (method === 'work' ? answer() : null) as T;
    },
  };
  const client = new HistoryClient({
    folder: 'data',
    settings,
    clock,
    messages: () => messages,
    onReleased: (row) => released.push(row),
    onProblem: (text) => said.push(text),
    thread,
  });
  client.start();
  return {
    client,
    said,
    released,
    /** What was asked meanwhile. */
    async pass(ms: number): Promise<string[]> {
      asked.length = 0;
      for (let left = ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(left, 1_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return [...asked];
    },
    receive: () => {
      messages += 1;
    },
    answers: (next: () => HistoryProgress) => {
      answer = next;
    },
    die: () => {
      isRunning = false;
    },
    asked,
  };
}

describe('the client of history', () => {
  test('begins with the first message, and looks every ten seconds', async () => {
    const { client, released, pass, receive } = clientOf();
    expect(released).toEqual([0]);
    expect(await pass(60_000)).toEqual([]);
    receive();
    expect(await pass(9_000)).toEqual([]);
    expect(await pass(1_000)).toEqual(['open', 'work']);
    expect(await pass(30_000)).toEqual(['work', 'work', 'work']);
    expect(released).toEqual([0, 5, 5, 5, 5]);
    expect([client.bytes, client.refused]).toEqual([100, 1]);
  });

  test('while there is more to do it goes on at once', async () => {
    const { pass, receive, answers } = clientOf();
    receive();
    let left = 3;
    answers(() => {
      left -= 1;
      return { ...DONE, hasMore: left > 0 };
    });
    expect(await pass(13_000)).toEqual(['open', 'work', 'work', 'work']);
  });

  test('says what the thread found, and a failure once until it is over', async () => {
    const { said, pass, receive, answers } = clientOf();
    receive();
    const fail = () => {
      throw new StoreError('the disk is full', 'full');
    };
    answers(fail);
    expect(await pass(10_000)).toEqual(['open', 'work']);
    expect(await pass(59_000)).toEqual([]);
    expect(await pass(61_000)).toEqual(['work', 'work']);
    const failed = 'history.db cannot be written: the disk is full; readings wait in the journal';
    expect(said).toEqual([failed]);
    answers(() => ({ ...DONE, problems: ['history.db is damaged'] }));
    await pass(60_000);
    expect(said).toEqual([failed, 'history.db is damaged']);
    answers(fail);
    await pass(10_000);
    expect(said).toEqual([failed, 'history.db is damaged', failed]);
  });

  test('opens the file again when the thread has died', async () => {
    const { pass, receive, die } = clientOf();
    receive();
    await pass(10_000);
    die();
    expect(await pass(10_000)).toEqual(['open', 'work']);
  });

  test('where nothing is kept, nothing waits for it', async () => {
    const { client, released, pass, receive } = clientOf({ ...KEEP_ALL, topics: [] });
    receive();
    expect(await pass(60_000)).toEqual([]);
    expect(released).toEqual([Number.MAX_SAFE_INTEGER]);
    client.configure(KEEP_ALL);
    expect(released.at(-1)).toBe(0);
    expect(await pass(10_000)).toEqual(['open', 'work']);
    client.configure({ ...KEEP_ALL, keepMs: 1 });
    expect(await pass(1)).toEqual(['configure']);
    client.configure({ ...KEEP_ALL, keepMs: 1 });
    expect(await pass(9_999)).toEqual(['work']);
  });

  test('stopped, it closes the file and asks nothing more', async () => {
    const { client, pass, receive, asked } = clientOf();
    receive();
    await pass(10_000);
    asked.length = 0;
    await client.stop();
    expect(asked).toEqual(['close']);
    expect(await pass(60_000)).toEqual([]);
  });
});
