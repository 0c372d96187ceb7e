/** How far a long replay is: only on a terminal, not too often, and gone at the end. */
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../../../runtime/command-line/progress.js';

const TIME = Date.UTC(2026, 0, 5, 6);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    }),
    { isTTY },
  );
  return { written, progress: new Progress(stream) };
}

test('a short replay shows nothing', () => {
  const { written, progress } = terminal(true);
  vi.advanceTimersByTime(199);
  progress.update(1000, TIME);
  progress.clear();
  expect(written).toEqual([]);
});

test('a long one says how far it is, and cleans up', () => {
  const { written, progress } = terminal(true);
  vi.advanceTimersByTime(200);
  progress.update(1000, TIME);
  progress.update(2000, TIME);
  vi.advanceTimersByTime(200);
  progress.update(3000, TIME + 1000);
  progress.clear();
  progress.clear();
  expect(written).toEqual([
    '\r\u001b[K1,000 messages, at 2026-01-05 06:00:00',
    '\r\u001b[K3,000 messages, at 2026-01-05 06:00:01',
    '\r\u001b[K',
  ]);
});

test('never where it would end up in a file', () => {
  const { written, progress } = terminal(false);
  vi.advanceTimersByTime(1000);
  progress.update(1000, TIME);
  progress.clear();
  expect(written).toEqual([]);
});
