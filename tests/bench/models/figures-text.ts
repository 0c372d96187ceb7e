import type { Figure, ModelBenchmark, ModelFigures } from './model-benchmark.js';

/** The figures of a set, a line each, and below them what they cost. */
export function figuresText({ title }: ModelBenchmark, figures: ModelFigures, peakBytes: number): string {
  const width = Math.max(...figures.figures.map(({ name }) => name.length));
  const lines = figures.figures.map((figure) => lineOf(figure, width));
  if (figures.readings === 0) return `${title}\n${lines.join('\n')}\n`;
  const micros = (figures.seconds * 1e6) / figures.readings;
  const cost = [
    `${figures.readings} values from message to score in ${figures.seconds.toFixed(1)} s of CPU time`,
    `${micros.toFixed(2)} µs a value`,
    `${Math.round(figures.stateBytes / 1024)} kB an instance`,
    `at most ${Math.round(peakBytes / 1024 ** 2)} MB in all`,
  ].join(', ');
  return `${title}\n${lines.join('\n')}\n  ${cost}\n`;
}

export function isMet({ value, bar }: Figure): boolean {
  if (bar === undefined) return true;
  return bar.at === 'least' ? value >= bar.value : value <= bar.value;
}

function lineOf(figure: Figure, width: number): string {
  const { name, value, unit, published, bar } = figure;
  const parts = [
    `  ${name.padEnd(width)}  ${short(value).padStart(7)}${unit === undefined ? '' : ` ${unit}`}`,
  ];
  if (bar !== undefined)
    parts.push(`${bar.at === 'least' ? '≥' : '≤'} ${bar.value} ${isMet(figure) ? 'met' : 'MISSED'}`);
  if (published !== undefined) parts.push(`(${published})`);
  return parts.join('  ');
}

function short(value: number): string {
  if (Number.isNaN(value)) return 'none';
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
