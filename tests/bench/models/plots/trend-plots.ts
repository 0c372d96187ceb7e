import { join } from 'node:path';
import { seededRandom } from '../../../../models/seeded-random.js';
import { CMAPSS_FEATURES, readUnits } from '../cmapss/cmapss-files.js';
import { scoresOf, siteWith } from '../site-scores.js';
import { type Plot, type Point, ticksAt } from './plot-svg.js';

const UNIT = '2';
const SENSOR = 'sensor4';
/** A row is a flight; one an hour. */
const ROW_MS = 3_600_000;
/** The limit is what the sensor shows so long before the engine fails. */
const LIMIT_ROWS = 20;
const SMOOTHED = 10;

/** How long until the exhaust of an engine is as hot as shortly before its failure: said, and true. */
export function enginePlot(data: string): Promise<Plot> {
  const rows = readUnits(join(data, 'cmapss'), 'train_FD001.txt.gz').get(UNIT) ?? [];
  const values = rows.map((row) => row[CMAPSS_FEATURES.indexOf(SENSOR)] ?? Number.NaN);
  const smooth = values.map((_, row) => mean(values.slice(Math.max(0, row - SMOOTHED + 1), row + 1)));
  const reached = values.length - LIMIT_ROWS;
  return timeToLimitPlot(
    { values, limit: smooth[reached] ?? 0, reached },
    {
      title:
        'An engine: how many flights the trend of its exhaust temperature gives until a limit, and how many it was',
      rows: 'flights',
    },
  );
}

const FILTER = { limit: 2.5, begin: 1, reached: 400, noise: 0.12, seed: 3 };

/** A made-up filter that clogs evenly, behind noise. */
export function filterPlot(): Promise<Plot> {
  const { limit, begin, reached, noise, seed } = FILTER;
  const random = seededRandom(seed);
  const values = Array.from({ length: reached + 20 }, (_, row) => {
    const off = (random() + random() + random() - 1.5) * 2 * noise;
    return begin + ((limit - begin) * row) / reached + off;
  });
  return timeToLimitPlot(
    { values, limit, reached },
    {
      title:
        'A made-up filter that clogs evenly: how many hours the trend gives until the limit, and how many it was',
      rows: 'hours',
    },
  );
}

interface Way {
  readonly values: readonly number[];
  readonly limit: number;
  /** The row at which the limit is reached. */
  readonly reached: number;
}

async function timeToLimitPlot(
  { values, limit, reached }: Way,
  { title, rows }: { readonly title: string; readonly rows: string },
): Promise<Plot> {
  const plan = await siteWith({ kind: 'trend', limit, inputs: { level: 'machine/level' } });
  const messages = values.map((payload, row) => ({ time: row * ROW_MS, topic: 'machine/level', payload }));
  const said = scoresOf(plan, messages).rows.flatMap((row, place) => {
    const [time = null, low = null, high = null] = row?.outputs ?? [];
    if (time === null) return [];
    const inRows = (seconds: unknown) => (Number(seconds) * 1000) / ROW_MS;
    return [{ place, time: inRows(time), low: inRows(low), high: high === null ? NEVER : inRows(high) }];
  });
  const line = (of: (one: (typeof said)[number]) => number) => said.map((one): Point => [one.place, of(one)]);
  const step = values.length > 300 ? 100 : 50;
  const steps = Array.from({ length: Math.floor(values.length / step) + 1 }, (_, index) => index * step);
  return {
    title,
    x: { name: `${rows} so far`, from: 0, to: values.length, ticks: ticksAt(...steps) },
    y: { name: `${rows} to the limit`, from: 0, to: values.length, ticks: ticksAt(...steps) },
    marks: [
      { kind: 'area', low: line(({ low }) => low), high: line(({ high }) => high), name: 'low to high' },
      {
        kind: 'line',
        points: [
          [0, reached],
          [reached, 0],
        ],
        colour: 'grey',
        name: 'what it was',
      },
      { kind: 'line', points: line(({ time }) => time), colour: 'blue', name: 'timeToLimit' },
    ],
  };
}

/** Beyond all plots. */
const NEVER = 1e6;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
