import { join } from 'node:path';
import { runAnomaly } from '../anomaly-run.js';
import { type NabFile, readNab } from '../nab/nab-files.js';
import { fieldInputs, rowMessage, siteWith } from '../site-scores.js';
import { readTable, timeOf } from '../table-file.js';
import { type Plot, type Point, thinned, ticksAt } from './plot-svg.js';

const FILE = 'realKnownCause/machine_temperature_system_failure.csv';
const DAY_MS = 86_400_000;

/** A machine that failed four times, and when a model with the defaults spoke up. */
export async function machineTemperaturePlot(data: string): Promise<Plot> {
  const file = readNab(join(data, 'nab')).find(({ name }) => name === FILE);
  if (file === undefined) throw new Error(`there is no ${FILE}`);
  const plan = await siteWith({ kind: 'anomaly', inputs: { value: 'machine/temperature' } });
  const messages = Array.from(file.values, (payload, row) => ({
    time: file.times[row] ?? 0,
    topic: 'machine/temperature',
    payload,
  }));
  const { isAnomalous } = runAnomaly(plan, messages);
  const day = dayOf(file);
  const points = Array.from(file.values, (value, row): Point => [day(row), value]);
  const learning = 200;
  return {
    title:
      'Temperature of a machine over eleven weeks; four stretches around failures are marked, and the readings that the model called anomalous',
    x: { name: 'days', from: 0, to: day(points.length - 1), ticks: ticksAt(0, 14, 28, 42, 56, 70) },
    y: { name: 'temperature', from: 0, to: 115, ticks: ticksAt(0, 25, 50, 75, 100) },
    marks: [
      ...file.windows.map(([from, to]) => ({
        kind: 'span' as const,
        from: day(from),
        to: day(to),
        name: 'marked by people',
      })),
      { kind: 'line', points: thinned(points, 400), colour: 'blue', name: 'temperature' },
      {
        kind: 'dots',
        points: points.filter((_, row) => row >= learning && isAnomalous[row] === true),
        colour: 'red',
        name: 'anomalous',
      },
    ],
  };
}

function dayOf({ times }: NabFile): (row: number) => number {
  return (row) => ((times[row] ?? 0) - (times[0] ?? 0)) / DAY_MS;
}

/** The machine stops here; what comes after are zeros. */
const BEARING_ROWS = 981;

/** Four bearings on a shaft until the first one fails: a group says it as long as it lasts. */
export async function bearingsPlot(data: string): Promise<Plot> {
  const { columns, rows } = readTable(join(data, 'ims-bearing', 'ims_test2.csv'));
  const names = columns.slice(1);
  const messages = rows
    .slice(0, BEARING_ROWS)
    .map(([stamp = '', ...levels]) =>
      rowMessage({ topic: 'shaft', time: timeOf(stamp) }, names, levels.map(Number)),
    );
  const plan = await siteWith({ kind: 'anomaly', inputs: fieldInputs('shaft', names) });
  const { isAnomalous } = runAnomaly(plan, messages);
  const hour = (row: number) => row / 6;
  const colours = ['red', 'blue', 'green', 'grey'] as const;
  return {
    title:
      'Vibration of four bearings in the week in which the first one failed, and when the model of all four found them odd',
    x: { name: 'hours', from: 0, to: hour(BEARING_ROWS), ticks: ticksAt(0, 24, 48, 72, 96, 120, 144) },
    y: { name: 'vibration, g', from: 0, to: 0.4, ticks: ticksAt(0, 0.1, 0.2, 0.3, 0.4) },
    marks: [
      ...stretches(isAnomalous).map(([from, to]) => ({
        kind: 'span' as const,
        from: hour(from),
        to: hour(to),
        name: 'anomalous',
      })),
      ...names.map((_, bearing) => ({
        kind: 'line' as const,
        points: thinned(
          messages.map((_, row): Point => [hour(row), Number(rows[row]?.[bearing + 1])]),
          150,
        ),
        colour: colours[bearing] ?? ('grey' as const),
        name: `bearing ${bearing + 1}`,
      })),
    ],
  };
}

/** The first and last place of each run of `true`. */
function stretches(flags: readonly boolean[]): [number, number][] {
  const all: [number, number][] = [];
  flags.forEach((flag, place) => {
    const last = all.at(-1);
    if (!flag) return;
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else all.push([place, place]);
  });
  return all;
}
