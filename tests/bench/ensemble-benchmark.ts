import { LIFE_LEARNER } from '../../models/remaining-life/remaining-life-kind.js';
import { binColumns } from '../../models/trees/bin-columns.js';
import { seededRandom } from '../seeded-random.js';
import type { Benchmark } from './benchmark.js';
import { measure } from './measure.js';

const ROWS = 20_000;
const COLUMNS = 120;

/** One ensemble as a training grows five of them: columns put into bins, then 300 trees. */
export const ensembleBenchmark: Benchmark = {
  id: 'training/one ensemble',
  run(scale) {
    const size = Math.max(100, Math.round(ROWS * scale));
    const random = seededRandom(5);
    const draw = () => random() + random() + random();
    const columns = Array.from({ length: COLUMNS }, () => Float64Array.from({ length: size }, draw));
    const at = (column: number, row: number) => columns[column]?.[row] ?? 0;
    const label = (row: number) => at(0, row) * at(1, row) + Math.sin(3 * at(2, row)) + at(3, row) + random();
    const labels = Float64Array.from({ length: size }, (_, row) => label(row));
    const rows = Int32Array.from(labels.keys());
    return measure(1, () => {
      const fit = LIFE_LEARNER.fit({ data: binColumns(columns, rows), labels, rows }, 7);
      let step = fit.next();
      while (step.done !== true) step = fit.next();
      return step.value.trees.length;
    });
  },
};
