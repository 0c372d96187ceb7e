/** When a recording's messages go out, on a simulated clock: by their arrivals, divided by the speed, in the file's order. */
import { expect, test } from 'vitest';
import type { RecordedMessage } from '../../../runtime/replay/recorded-message.js';
import { playRecording } from '../../../runtime/simulation/play-recording.js';
import { SimulatedClock } from '../../simulated-clock.js';

const START = Date.UTC(2026, 0, 5, 6);

interface Row {
  readonly at: number;
  readonly arrives?: number;
}

function recordingOf(rows: readonly Row[]): AsyncIterable<readonly RecordedMessage[]> {
  const messages = rows.map(({ at, arrives }, index) => ({
    time: START + at,
    topic: 'plant/temp',
    payload: index,
    ...(arrives === undefined ? {} : { arrives: START + arrives }),
  }));
  return (async function* () {
    yield messages.slice(0, 2);
    yield messages.slice(2);
  })();
}

/** Lets promises settle: everything that needs no time happens. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** When each message was sent, in ms after the start. */
async function played(rows: readonly Row[], speed: number, stopAt = Number.POSITIVE_INFINITY) {
  const clock = new SimulatedClock(START);
  const stop = new AbortController();
  const sent: [payload: unknown, ms: number][] = [];
  let isDone = false;
  const playing = playRecording({
    recording: recordingOf(rows),
    speed,
    clock,
    signal: stop.signal,
    send: async ({ payload }) => {
      sent.push([payload, clock.monotonic()]);
    },
    onSent: () => undefined,
  }).then(() => {
    isDone = true;
  });
  await settled();
  while (!isDone) {
    const next = clock.untilNext;
    if (clock.monotonic() + next >= stopAt) stop.abort();
    else clock.advance(next);
    await settled();
  }
  await playing;
  return sent;
}

test.each([
  [1, [0, 1000, 3000, 3500]],
  [10, [0, 100, 300, 350]],
  [0.5, [0, 2000, 6000, 7000]],
  [Number.POSITIVE_INFINITY, [0, 0, 0, 0]],
])('at %d times its speed', async (speed, times) => {
  const sent = await played([{ at: 0 }, { at: 1000 }, { at: 3000 }, { at: 3500 }], speed);
  expect(sent).toEqual(times.map((time, index) => [index, time]));
});

test('what arrived later goes out later, and what is older than the one before goes out at once', async () => {
  const sent = await played([{ at: 0 }, { at: 1000, arrives: 5000 }, { at: 2000 }, { at: 6000 }], 1);
  expect(sent).toEqual([
    [0, 0],
    [1, 5000],
    [2, 5000],
    [3, 6000],
  ]);
});

test('a stop ends it while it waits', async () => {
  const sent = await played([{ at: 0 }, { at: 1000 }, { at: 60_000 }, { at: 61_000 }], 1, 30_000);
  expect(sent).toHaveLength(2);
});
