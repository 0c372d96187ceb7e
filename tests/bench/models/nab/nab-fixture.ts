import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '../table-file.js';
import type { NabFile } from './nab-files.js';
import { bestNabResult, LOW_FALSE_ALARMS, LOW_MISSES, STANDARD } from './nab-score.js';

/** Scores of published detectors, and what the benchmark itself makes of them. */
const FIXTURE = 'reference-scores.csv.gz';

export const PUBLISHED_DETECTORS = [
  { detector: 'ARTime', standard: 67.8469, lowFalseAlarms: 57.8406, lowMisses: 73.7161, threshold: 0.337609 },
  {
    detector: 'numenta',
    standard: 66.5858,
    lowFalseAlarms: 60.8051,
    lowMisses: 71.0572,
    threshold: 0.555459,
  },
  {
    detector: 'contextOSE',
    standard: 62.1879,
    lowFalseAlarms: 57.1446,
    lowMisses: 66.3071,
    threshold: 0.703526,
  },
] as const;

export type PublishedDetector = (typeof PUBLISHED_DETECTORS)[number];

/** What our scorer makes of the scores of a published detector. */
export function rescored(folder: string, files: readonly NabFile[], detector: string) {
  const { rows } = readTable(join(folder, FIXTURE));
  const scores = new Map(
    rows.flatMap(([name, file, row, score]) =>
      name === detector ? [[`${file},${row}`, Number(score)]] : [],
    ),
  );
  const scoresOf = ({ name, values }: NabFile) =>
    Array.from(values, (_, row) => scores.get(`${name},${row}`) ?? 0);
  const standard = bestNabResult(files, scoresOf, STANDARD);
  return {
    standard: standard.score,
    lowFalseAlarms: bestNabResult(files, scoresOf, LOW_FALSE_ALARMS).score,
    lowMisses: bestNabResult(files, scoresOf, LOW_MISSES).score,
    threshold: standard.threshold,
  };
}

/** Says what our scorer makes otherwise of published detectors; null: nothing. */
export function scorerFault(folder: string, files: readonly NabFile[]): string | null {
  if (!existsSync(join(folder, FIXTURE))) return `there is no ${FIXTURE} to check the scorer with`;
  for (const { detector, standard } of PUBLISHED_DETECTORS) {
    const own = rescored(folder, files, detector).standard;
    if (Math.abs(own - standard) > 5e-4) return `the scorer gives ${detector} ${own}, and should ${standard}`;
  }
  return null;
}
