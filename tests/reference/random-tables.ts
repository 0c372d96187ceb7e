import type { JsonValue } from '../../rules/reading.js';
import type { Layout } from './random-layout.js';

/** The tables beside every random rule file: with rows missing, there twice, and of things that never speak. */
export const RANDOM_TABLES = [
  { path: 'tables/limits.csv', text: 'm,limit,note\na,20,x\nb,,y\na,30,z\n' },
  { path: 'tables/lines.json', text: '[{ "line": 1, "limit": 15 }, { "line": 3, "limit": 25 }]' },
  { path: 'tables/machines.csv', text: 'line;m\n1;a\n1;c\n;b\n2;b\n1;a\n' },
];

/** Tables with a column that is called like a label of the layout, and a column of numbers. */
export function lookupsFor({ labels }: Layout): Record<string, JsonValue>[] {
  const tables = [...(labels.includes('m') ? ['limits'] : []), ...(labels.includes('line') ? ['lines'] : [])];
  return tables.flatMap((lookup) => [
    { lookup, column: 'limit' },
    { lookup, column: 'limit', default: 10 },
  ]);
}

/** Tables whose rows can be instances. */
export function expectable({ labels }: Layout): string[] {
  if (labels.length === 0) return [];
  return labels.includes('m') ? ['machines'] : ['machines', 'lines'];
}
