import { join } from 'node:path';
import { CMAPSS_MODEL, failuresOf, messagesOf } from '../cmapss/cmapss-benchmark.js';
import { readUnits } from '../cmapss/cmapss-files.js';
import { scoresOf } from '../site-scores.js';
import { trainedSite } from '../site-training.js';
import { type Plot, type Point, ticksAt } from './plot-svg.js';

/** Engines that are not learnt from; the first is drawn. */
const HELD_OUT = ['5', '10', '15', '20', '25'];
const CAP = 125;

/** What a model that has learnt from other engines said of one, flight after flight, until it failed. */
export async function remainingLifePlot(data: string): Promise<Plot> {
  const units = readUnits(join(data, 'cmapss'), 'train_FD001.txt.gz');
  const learnt = new Map([...units].filter(([unit]) => !HELD_OUT.includes(unit)));
  const shown = new Map([...units].filter(([unit]) => unit === HELD_OUT[0]));
  const { plan } = await trainedSite(CMAPSS_MODEL, {
    messages: messagesOf(learnt),
    failures: failuresOf(learnt),
  });
  const { rows } = scoresOf(plan, messagesOf(shown));
  const flights = rows.length;
  const line = (output: number) => rows.map((row, place): Point => [place, Number(row?.outputs[output])]);
  return {
    title:
      'An engine until it failed: the remaining life that the model gave at each flight, with low and high, and what it was',
    x: { name: 'flights so far', from: 0, to: flights, ticks: ticksAt(0, 50, 100, 150, 200, 250) },
    y: { name: 'flights left', from: 0, to: 150, ticks: ticksAt(0, 25, 50, 75, 100, 125, 150) },
    marks: [
      { kind: 'area', low: line(1), high: line(2), name: 'low to high' },
      {
        kind: 'line',
        points: [
          [0, CAP],
          [flights - CAP, CAP],
          [flights, 0],
        ],
        colour: 'grey',
        name: 'what it was, up to 125',
      },
      { kind: 'line', points: line(0), colour: 'blue', name: 'life' },
    ],
  };
}
