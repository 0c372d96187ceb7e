import type { Scalar } from '../../rules/reading.js';
import type { Model } from '../../rules/supply.js';
import type { ScoreRow } from './score-rows.js';

/** Writes scorings as lines, without line breaks. */
export interface ScoreFormat {
  /** The first line; `null`: there is none. */
  readonly head: string | null;
  line(row: ScoreRow): string;
}

/** `{"time":1767225600000,"labels":{"machine":"m1"},"score":0.2,"anomalous":false,"quality":"ok"}` */
export function ndjsonScores({ groupBy, outputs }: Pick<Model, 'groupBy' | 'outputs'>): ScoreFormat {
  return {
    head: null,
    line: (row) =>
      JSON.stringify(
        Object.fromEntries([
          ['time', row.time],
          ['labels', Object.fromEntries(groupBy.map((name, at) => [name, row.labelValues[at] ?? '']))],
          ...outputs.map((name, at) => [name, row.outputs[at] ?? null]),
          ['quality', row.quality],
        ]),
      ),
  };
}

/** A column for the time, each label, each output, and the quality; unknown is an empty cell. */
export function csvScores({ groupBy, outputs }: Pick<Model, 'groupBy' | 'outputs'>): ScoreFormat {
  return {
    head: ['time', ...groupBy, ...outputs, 'quality'].map(cell).join(','),
    line: ({ time, labelValues, outputs: values, quality }) =>
      [time, ...labelValues, ...outputs.map((_, at) => values[at] ?? null), quality].map(cell).join(','),
  };
}

/** RFC 4180: in quotes where it holds what separates. */
function cell(value: Scalar | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
