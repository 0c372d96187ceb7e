// Aim: readings of derived signals are refused exactly where an instance would need those from before it began.
// Method: a table of signals over an input that begins instances (`own`) and one that is shared (`shared`).
import { expect, test } from 'vitest';
import { loadRules } from '../../../rules/format/load-rules.js';

test.each([
  ['own * 2', true],
  ['own - shared', true],
  ['shared * 2', false],
  ['coalesce(own, shared)', false],
  ['coalesce(own, 0)', true],
  ['own > 1 && shared > 1', false],
  ['own > 1 && own < 5', true],
  ['shared > 1 ? own : own + 1', true],
  ['shared > 1 ? own : shared', false],
  ['isKnown(own) ? shared : 0', false],
  ["count(own, '5m') + shared", false],
  ["count(own, '5m') * 2", true],
  ["avg(own, '5m') + shared", true],
  ["avg(shared, '5m') + 1", false],
  ['alias + 1', true],
  ['sharedAlias + 1', false],
])('readings of %s', (expr, isTaken) => {
  const text = JSON.stringify({
    id: 'r',
    inputs: { own: 'f/{line}/{m}/t', shared: 'f/{line}/ambient' },
    let: { alias: { value: 'own' }, sharedAlias: { value: 'shared' }, derived: { expr } },
    when: { changed: 'derived' },
  });
  const { issues } = loadRules([{ path: 'a.json', text }]);
  expect(issues.map(({ code }) => code)).toEqual(isTaken ? [] : ['not-supported-yet']);
});
