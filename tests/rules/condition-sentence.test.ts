/** Conditions on one line, as people read them. Method: rules from their files, and the text of their `when`. */
import { expect, test } from 'vitest';
import { conditionSentence } from '../../rules/condition-sentence.js';
import { loadRules } from '../../rules/format/load-rules.js';

test.each<[when: unknown, text: string]>([
  [{ value: 'flow', below: 15, deadband: 10, for: '2s' }, 'flow below 15 for 2s'],
  [{ value: 'state', equals: 'stopped', times: 3, within: '1m' }, 'state is "stopped" 3 times within 1m'],
  [
    { count: 'flow', over: 10, where: { above: 4.5 }, atLeast: 6 },
    'count(flow above 4.5, last 10) at least 6',
  ],
  ['flow > 5', 'flow > 5'],
  [{ not: 'flow > 5' }, 'not (flow > 5)'],
  [{ all: [{ absent: 'flow', for: '1m' }], times: 2, within: '1h' }, 'no flow for 1m 2 times within 1h'],
  [{ absent: 'flow', for: '8s' }, 'no flow for 8s'],
  [{ changed: 'state', keepFor: '5s' }, 'state changed'],
  [
    {
      all: [
        { value: 'state', in: ['run', 'idle'], for: '20s' },
        { value: 'flow', outside: [1, 2] },
      ],
    },
    'state is one of "run", "idle" for 20s and flow outside 1 to 2',
  ],
  [
    { any: [{ all: [{ value: 'flow', above: 1 }, 'flow < 2'] }, { value: 'flow', between: [5, 6] }] },
    '(flow above 1 and (flow < 2)) or flow between 5 and 6',
  ],
  [{ some: 1, of: ['flow > 1', { value: 'flow', atMost: 0 }] }, '1 of: (flow > 1), flow at most 0'],
  [
    {
      sequence: [
        { value: 'flow', above: 1 },
        { value: 'flow', above: 2 },
      ],
      within: '1m',
    },
    'flow above 1, then flow above 2, within 1m',
  ],
  [
    { after: { value: 'flow', above: 1 }, expect: { value: 'state', notEquals: 'run' }, within: '1m' },
    'flow above 1 without state is not "run" within 1m',
  ],
])('%j', (when, text) => {
  const rule = { id: 'a', inputs: { flow: 'a/flow', state: 'a/state' }, when };
  const { rules, issues } = loadRules([{ path: 'rules/a.json', text: JSON.stringify(rule) }]);
  expect(issues).toEqual([]);
  expect(rules[0]?.levels.map(({ condition }) => conditionSentence(condition))).toEqual([text]);
});
