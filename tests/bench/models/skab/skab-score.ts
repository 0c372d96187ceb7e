import type { SkabFile } from './skab-files.js';

/** The leaderboard scores what comes after as many rows of each file. */
const FIT_ROWS = 400;
const WINDOW_MS = 60_000;
/** What a detection in time, one out of time, and a missed window count for. */
const WORTH = { found: 1, wrong: -0.11, missed: -1 };

export interface SkabResult {
  readonly f1: number;
  /** Shares of the calm rows that were called anomalous, and of the anomalous ones that were not. */
  readonly falseAlarms: number;
  readonly missed: number;
  /** 0 for a detector that says nothing, 100 for a perfect one. */
  readonly changePoints: number;
}

export function skabResult(
  files: readonly SkabFile[],
  decisionsOf: (file: SkabFile) => readonly boolean[],
): SkabResult {
  const count = { hit: 0, wrong: 0, missed: 0, calm: 0 };
  const points = { worth: 0, windows: 0 };
  for (const file of files) {
    const decisions = decisionsOf(file);
    for (let row = FIT_ROWS; row < file.rows.length; row++) {
      const isDetected = decisions[row] === true;
      if (file.isAnomalous[row] === true) count[isDetected ? 'hit' : 'missed']++;
      else count[isDetected ? 'wrong' : 'calm']++;
    }
    const own = changePointWorth(file, decisions);
    points.worth += own.worth;
    points.windows += own.windows;
  }
  const nothing = WORTH.missed * points.windows;
  return {
    f1: count.hit / (count.hit + (count.wrong + count.missed) / 2),
    falseAlarms: count.wrong / (count.wrong + count.calm),
    missed: count.missed / (count.missed + count.hit),
    changePoints: (100 * (points.worth - nothing)) / (WORTH.found * points.windows - nothing),
  };
}

function changePointWorth({ times, isChangePoint }: SkabFile, decisions: readonly boolean[]) {
  const windows = windowsOf(times, isChangePoint);
  const found: (number | null)[] = windows.map(() => null);
  let worth = 0;
  for (let row = FIT_ROWS + 1; row < times.length; row++) {
    if (decisions[row] === decisions[row - 1]) continue;
    const time = times[row] ?? 0;
    const place = windows.findIndex(({ start, end }) => time >= start && time <= end);
    const window = windows[place];
    if (window === undefined) worth += WORTH.wrong;
    else found[place] ??= (time - window.start) / Math.max(1, window.end - window.start);
  }
  for (const at of found) worth += at === null ? WORTH.missed : worthAt(at);
  return { worth, windows: windows.length };
}

/** A minute from each change point; where two overlap the later one begins when the earlier one ends. */
function windowsOf(times: Float64Array, isChangePoint: readonly boolean[]) {
  let free = Number.NEGATIVE_INFINITY;
  return Array.from(times)
    .filter((_, row) => row >= FIT_ROWS && isChangePoint[row] === true)
    .map((time) => {
      const window = { start: Math.max(time, free), end: time + WINDOW_MS };
      free = window.end;
      return window;
    });
}

/** @param at 0 at the beginning of the window, 1 at its end */
function worthAt(at: number): number {
  const half = (WORTH.found - WORTH.wrong) / 2;
  const x = Math.PI * (at - 0.5);
  return half * (-Math.tanh(x) / Math.tanh(Math.PI / 2)) + half + WORTH.wrong;
}
