/**
 * Draws the plots of docs/models from runs on public data: `npm run plots:models -- [NAME…] [--data DIR]`. They change when
 * what the models say changes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bearingsPlot, machineTemperaturePlot } from './anomaly-plots.js';
import { failureThresholdPlot } from './failure-plot.js';
import { scrapPlot } from './imported-plots.js';
import { remainingLifePlot } from './life-plot.js';
import { type Plot, plotSvg } from './plot-svg.js';
import { enginePlot, filterPlot } from './trend-plots.js';

const FOLDER = join('docs', 'models', 'plots');

const PLOTS: Readonly<Record<string, (data: string) => Promise<Plot>>> = {
  'anomaly-machine-temperature': machineTemperaturePlot,
  'anomaly-bearings': bearingsPlot,
  'trend-engine': enginePlot,
  'trend-filter': filterPlot,
  'remaining-life-engine': remainingLifePlot,
  'failure-threshold': failureThresholdPlot,
  'imported-scrap': scrapPlot,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: join('..', 'shared', 'data') } },
});

mkdirSync(FOLDER, { recursive: true });
for (const [name, plotOf] of Object.entries(PLOTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const svg = plotSvg(await plotOf(values.data));
  writeFileSync(join(FOLDER, `${name}.svg`), svg);
  console.log(`${name}.svg: ${Math.round(svg.length / 1024)} kB`);
}
