import { file } from './folder-fixture.js';
import type { Step } from './folder-histories.js';

const LIMITED = file({ hot: { when: { value: 'temp', above: { lookup: 't', column: 'max' } } } });
const TABLE = 'machine,max\nm1,80\n';
const RUNNING_LIMITED = {
  at: 0,
  rules: { 'a.json': LIMITED, 'tables/t.csv': TABLE },
  inForce: { 'a.json': LIMITED, 'tables/t.csv': TABLE },
};

/** Tables change beside the rules that use them. */
export const tableHistories: [string, Step[]][] = [
  [
    'a changed table counts at once',
    [
      RUNNING_LIMITED,
      {
        at: 1,
        rules: { 'a.json': LIMITED, 'tables/t.csv': `${TABLE}m2,90\n` },
        inForce: { 'a.json': LIMITED, 'tables/t.csv': `${TABLE}m2,90\n` },
      },
    ],
  ],
  [
    'a table with errors does not count, nor one that a rule cannot use any more, nor does one go that a rule needs',
    [
      RUNNING_LIMITED,
      {
        at: 1,
        rules: { 'a.json': LIMITED, 'tables/t.csv': `${TABLE}m2\n` },
        inForce: RUNNING_LIMITED.inForce,
        bad: { 'tables/t.csv': 'last-good bad-table' },
      },
      {
        at: 2,
        rules: { 'a.json': LIMITED, 'tables/t.csv': TABLE.replace('max', 'maximum') },
        inForce: RUNNING_LIMITED.inForce,
        bad: { 'tables/t.csv': 'last-good unknown-column' },
      },
      {
        at: 10,
        rules: { 'a.json': LIMITED },
        inForce: RUNNING_LIMITED.inForce,
        bad: { 'tables/t.csv': 'missing unknown-table' },
      },
    ],
  ],
];
