import { modelKindsFor } from '../../../../runtime/models/model-kinds.js';
import { scoringPlan } from '../../../../runtime/models/score-rows.js';
import { startReplay } from '../../../../runtime/replay/replay.js';
import { loadPlan } from '../../../../runtime/site/load-plan.js';
import { readSiteFiles } from '../../../../runtime/site/site-files.js';
import { type Plot, type Point, ticksAt } from './plot-svg.js';

const SITE = 'examples/imported-model';
const TEMPERATURES = [
  { temperature: 30, colour: 'blue' },
  { temperature: 40, colour: 'green' },
  { temperature: 50, colour: 'red' },
] as const;

/** What the model of the example says of all forces, with the tool cold, cool and warm. */
export async function scrapPlot(): Promise<Plot> {
  const { plan: files } = await readSiteFiles(SITE);
  await modelKindsFor(files);
  const { plan } = loadPlan(files);
  const curve = (temperature: number): Point[] => {
    const points: Point[] = [];
    let force = 0;
    const replay = startReplay(
      scoringPlan(plan, 'press-quality', ({ outputs: [, , scrap] }) => {
        if (typeof scrap === 'number') points.push([force, scrap]);
      }),
    );
    replay.message({ time: 0, topic: 'plant/p1/temperature', payload: temperature });
    for (force = 65; force <= 95; force += 0.1)
      replay.message({ time: force * 1000, topic: 'plant/p1/force', payload: force });
    return points;
  };
  return {
    title: 'The probability of scrap that the model of the example gives, by force, at three temperatures',
    x: { name: 'force', from: 65, to: 95, ticks: ticksAt(65, 70, 75, 80, 85, 90, 95) },
    y: { name: 'probabilities.1', from: 0, to: 1, ticks: ticksAt(0, 0.25, 0.5, 0.75, 1) },
    marks: TEMPERATURES.map(({ temperature, colour }) => ({
      kind: 'line',
      points: curve(temperature),
      colour,
      name: `temperature ${temperature}`,
    })),
  };
}
