// Aim: history is worked on a piece at a time while there is something to do, told what may leave the journal, and a failure is
// said once and tried again. Method: a thread that answers what the test says, a clock that stands.
import { describe, expect, it } from 'vitest';
import { HistoryClient, type HistoryThread } from '../../../runtime/history/history-client.js';
import type { HistorySettings } from '../../../runtime/history/history-settings.js';
import type { HistoryProgress } from '../../../runtime/history/history-store.js';
import { SimulatedClock } from '../../../runtime/simulated-clock.js';
import { StoreError } from '../../../runtime/storage/store.js';
import { NOON } from '../storage/ledger-fixture.js';
import { KEEP_ALL } from './history-fixture.js';

const NOTHING_TO_DO: HistoryProgress = {
  hasMore: false,
  released: 5,
  bytes: 1_000,
  refused: 0,
  problems: [],
};

class FakeThread implements HistoryThread {
  readonly asked: string[] = [];
  /** For the next pieces of work, one each; then there is nothing to do. */
  answers: (HistoryProgress | Error)[] = [];
  isRunning = false;

  async ask<T>(method: string, [first]: readonly unknown[]): Promise<T> {
    this.asked.push(method === 'configure' ? `configure ${(first as HistorySettings).keepMs}` : method);
    this.isRunning = method !== 'close';
    const answer = method === 'work' ? (this.answers.shift() ?? NOTHING_TO_DO) : null;
    if (answer instanceof Error) throw answer;
    return answer as T;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

class Site {
  readonly clock = new SimulatedClock(NOON);
  readonly thread = new FakeThread();
  readonly released: number[] = [];
  readonly said: string[] = [];
  messages = 1;
  readonly history: HistoryClient;

  constructor(settings: HistorySettings = KEEP_ALL) {
    this.history = new HistoryClient({
      folder: '/data',
      settings,
      clock: this.clock,
      thread: this.thread,
      messages: () => this.messages,
      onReleased: (row) => this.released.push(row),
      onProblem: (text) => this.said.push(text),
    });
    this.history.start();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }

  /** How often a piece of work was asked for. */
  get pieces(): number {
    return this.thread.asked.filter((method) => method === 'work').length;
  }
}

describe('history', () => {
  it('is looked at every 10 s, and at once again while there is more to do', async () => {
    const site = new Site();
    await site.pass(9_999);
    expect(site.thread.asked).toEqual([]);
    site.thread.answers = [{ ...NOTHING_TO_DO, hasMore: true }];
    await site.pass(1);
    expect(site.thread.asked).toEqual(['open', 'work']);
    // It took no time on a clock that stands.
    await site.pass(1);
    expect(site.pieces).toBe(2);
    await site.pass(9_999);
    expect(site.pieces).toBe(2);
    await site.pass(1);
    expect(site.thread.asked).toEqual(['open', 'work', 'work', 'work']);
  });

  it('has no thread before the first message, nor where nothing is kept', async () => {
    const empty = new Site();
    empty.messages = 0;
    await empty.pass(10_000);
    expect(empty.thread.asked).toEqual([]);
    empty.messages = 1;
    await empty.pass(10_000);
    expect(empty.thread.asked).toEqual(['open', 'work']);
    const off = new Site({ ...KEEP_ALL, topics: [] });
    await off.pass(10_000);
    expect(off.thread.asked).toEqual([]);
    expect(off.released).toEqual([Number.MAX_SAFE_INTEGER]);
  });

  it('holds the journal back until it says how far it is', async () => {
    const site = new Site();
    expect(site.released).toEqual([0]);
    await site.pass(10_000);
    expect(site.released).toEqual([0, 5]);
    expect([site.history.bytes, site.history.refused]).toEqual([1_000, 0]);
  });

  it('says what people should know', async () => {
    const site = new Site();
    site.thread.answers = [{ ...NOTHING_TO_DO, problems: ['one', 'two'] }];
    await site.pass(10_000);
    expect(site.said).toEqual(['one', 'two']);
  });

  it('that fails is tried again after a minute; one reason is said once', async () => {
    const site = new Site();
    const full = new StoreError('the disk is full', 'full');
    site.thread.answers = [full, full, new StoreError('input/output error', 'failed'), NOTHING_TO_DO, full];
    await site.pass(10_000);
    const line = 'history.db cannot be written: the disk is full; readings wait in the journal';
    expect(site.said).toEqual([line]);
    await site.pass(59_999);
    expect(site.pieces).toBe(1);
    await site.pass(1);
    expect([site.pieces, site.said.length]).toEqual([2, 1]);
    await site.pass(60_000);
    expect(site.said[1]).toMatch(/input\/output error/);
    await site.pass(60_000);
    // It worked in between.
    await site.pass(10_000);
    expect(site.said.slice(2)).toEqual([line]);
  });

  it('is opened anew when its thread has died', async () => {
    const site = new Site();
    await site.pass(10_000);
    site.thread.isRunning = false;
    await site.pass(10_000);
    expect(site.thread.asked).toEqual(['open', 'work', 'open', 'work']);
  });

  it('is told of other settings, if they are others', async () => {
    const site = new Site();
    await site.pass(10_000);
    site.history.configure({ ...KEEP_ALL });
    await settled();
    expect(site.thread.asked).toEqual(['open', 'work']);
    site.history.configure({ ...KEEP_ALL, keepMs: 7 });
    await settled();
    expect(site.thread.asked.at(-1)).toBe('configure 7');
    // Until it has looked, nothing may go.
    expect(site.released.at(-1)).toBe(0);
  });

  it('is closed after the piece that is being worked on, and does nothing more', async () => {
    const site = new Site();
    site.thread.answers = [{ ...NOTHING_TO_DO, hasMore: true }];
    await site.pass(10_000);
    await site.history.stop();
    expect(site.thread.asked).toEqual(['open', 'work', 'close']);
    await site.pass(60_000);
    expect(site.thread.asked).toHaveLength(3);
  });

  it('that was never begun is stopped without a thread', async () => {
    const site = new Site();
    await site.history.stop();
    expect(site.thread.asked).toEqual([]);
  });
});
