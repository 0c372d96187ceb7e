import type { NabFile } from './nab-files.js';

/** What a detection, a missed window and a false alarm count for. */
export interface NabProfile {
  readonly missed: number;
  readonly falseAlarm: number;
}

export const STANDARD: NabProfile = { missed: 1, falseAlarm: 0.11 };
export const LOW_FALSE_ALARMS: NabProfile = { missed: 1, falseAlarm: 0.22 };
export const LOW_MISSES: NabProfile = { missed: 2, falseAlarm: 0.11 };

export interface NabResult {
  /** 0 for a detector that says nothing, 100 for a perfect one. */
  readonly score: number;
  readonly found: number;
  readonly windows: number;
  readonly falseAlarms: number;
  /** From which score on a row counts as a detection. */
  readonly threshold: number;
}

/** The score with the one threshold that is best for all files together, as the benchmark has it. */
export function bestNabResult(
  files: readonly NabFile[],
  scoresOf: (file: NabFile) => ArrayLike<number>,
  profile: NabProfile,
): NabResult {
  const tally = new NabTally(files, profile);
  const detections = files
    .flatMap((file, place) =>
      Array.from(scoresOf(file), (score, row) => ({ score, place, row })).filter(({ score }) => score > 0),
    )
    .sort((a, b) => b.score - a.score);
  let best = tally.result(Number.POSITIVE_INFINITY);
  detections.forEach(({ score, place, row }, index) => {
    tally.detect(place, row);
    if (detections[index + 1]?.score === score) return;
    const result = tally.result(score);
    if (result.score > best.score) best = result;
  });
  return best;
}

/** The score of decisions that are made already. */
export function nabResult(
  files: readonly NabFile[],
  decisionsOf: (file: NabFile) => readonly boolean[],
  profile: NabProfile,
): NabResult {
  const tally = new NabTally(files, profile);
  files.forEach((file, place) => {
    decisionsOf(file).forEach((isDetection, row) => {
      if (isDetection) tally.detect(place, row);
    });
  });
  return tally.result(Number.NaN);
}

/** Adds up what detections are worth (Lavin, Ahmad, "Evaluating real-time anomaly detection algorithms", 2015). */
class NabTally {
  readonly #rows: readonly FileRows[];
  /** Worth of the best detection in each window found. */
  readonly #found = new Map<string, number>();
  readonly #windows: number;
  /** A window that lies wholly in the probation can be neither found nor missed. */
  readonly #scoredWindows: number;
  #foundWorth = 0;
  #falseAlarms = 0;
  #falseAlarmWorth = 0;

  constructor(
    files: readonly NabFile[],
    private readonly profile: NabProfile,
  ) {
    this.#rows = files.map((file) => new FileRows(file));
    this.#windows = files.reduce((sum, { windows }) => sum + windows.length, 0);
    this.#scoredWindows = this.#rows.reduce((sum, rows) => sum + rows.scoredWindows, 0);
  }

  detect(place: number, row: number): void {
    const rows = this.#rows[place];
    if (rows === undefined || row < rows.probation) return;
    const { window, worth } = rows.at(row);
    if (window === null) {
      this.#falseAlarms++;
      this.#falseAlarmWorth += worth * this.profile.falseAlarm;
      return;
    }
    const key = `${place}/${window}`;
    const before = this.#found.get(key);
    if (before !== undefined && before >= worth) return;
    this.#found.set(key, worth);
    this.#foundWorth += worth - (before ?? 0);
  }

  result(threshold: number): NabResult {
    const missed = this.#scoredWindows - this.#found.size;
    const raw = this.#foundWorth - missed * this.profile.missed + this.#falseAlarmWorth;
    const nothing = -this.profile.missed * this.#windows;
    return {
      score: (100 * (raw - nothing)) / (this.#windows - nothing),
      found: this.#found.size,
      windows: this.#windows,
      falseAlarms: this.#falseAlarms,
      threshold,
    };
  }
}

/** What a detection at each row of a file is worth. */
class FileRows {
  /** Rows at the beginning that count for nothing. */
  readonly probation: number;

  constructor(private readonly file: NabFile) {
    this.probation = Math.min(Math.floor(0.15 * file.values.length), 750);
  }

  get scoredWindows(): number {
    return this.file.windows.filter(([, last]) => last >= this.probation).length;
  }

  at(row: number): { readonly window: number | null; readonly worth: number } {
    const { windows } = this.file;
    const window = windows.findIndex(([first, last]) => row >= first && row <= last);
    if (window >= 0) {
      const [first, last] = windows[window] ?? [0, 0];
      return { window, worth: sigma(-(last - row + 1) / (last - first + 1)) / sigma(-1) };
    }
    const before = windows.findLast(([, last]) => last < row);
    if (before === undefined) return { window: null, worth: -1 };
    const [first, last] = before;
    return { window: null, worth: sigma((row - last) / (last - first)) };
  }
}

function sigma(y: number): number {
  return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
}
