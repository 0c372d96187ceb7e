/** An explanation as people see it. */
import { expect, test } from 'vitest';
import { explanationText } from '../../../../runtime/command-line/pages/explanation-text.js';
import type { ExplanationView } from '../../../../runtime/control/control-views.js';
import { EXPLANATION } from '../../control/fake-target.js';
import { NOW, PAGE, tooLong } from './page-fixture.js';

const FULL: ExplanationView = {
  ...EXPLANATION,
  time: NOW,
  values: { temp: 85.5, ambient: null, mode: 'auto' },
  levels: [
    {
      severity: 'warning',
      condition: {
        text: 'all of',
        state: 'unknown',
        of: [
          { text: 'temp above 80, deadband 5', state: 'true', value: 85.5 },
          { text: 'temp - ambient > 40', state: 'unknown' },
        ],
      },
    },
    {
      severity: 'critical',
      condition: {
        text: 'for 30s',
        state: 'false',
        due: NOW + 12_000,
        of: [{ text: 'temp above 85', state: 'true', value: 85.5 }],
      },
    },
  ],
  told: [
    ...EXPLANATION.told,
    { id: 'x', receiver: 'maintenance', kind: 'firing', state: 'dead', lastError: 'refused' },
  ],
};

test('values, conditions with what they see, delays that run, who was told', () => {
  expect(explanationText(FULL, PAGE)).toBe(
    `press-overheat  line=l1 machine=m1
firing (critical) since 2026-01-05 07:00:00 +01:00, for 5m 12s

  temp     85.5
  ambient  unknown
  mode     auto

warning
  ? all of                                                               unknown
    ✓ temp above 80, deadband 5                                             85.5
    ? temp - ambient > 40                                                unknown

critical
  ✗ for 30s                                                               in 12s
    ✓ temp above 85                                                         85.5

told
  scada             firing      delivered
  maintenance       firing      dead: refused
`,
  );
});

test.each<[string, Partial<ExplanationView>, string]>([
  ['nothing is on', { state: 'inactive', severity: null, alert: null, told: [] }, 'inactive'],
  ['a delay runs', { state: 'pending', severity: 'warning', alert: null, told: [] }, 'pending (warning)'],
  [
    'it is suppressed',
    { alert: { episode: 'e', since: NOW, suppressed: true } },
    'firing (critical) since 2026-01-05 07:05:12 +01:00, for 0s; suppressed by another alert: nobody is told',
  ],
  [
    'it is known by what',
    {
      alert: { episode: 'e', since: NOW, suppressed: true },
      mutedBy: [
        { rule: 'cooling-lost', labels: { line: 'l1' } },
        { rule: 'line-silent', labels: {} },
      ],
    },
    'firing (critical) since 2026-01-05 07:05:12 +01:00, for 0s; suppressed by cooling-lost line=l1 and 1 more: nobody is told',
  ],
])('%s', (_name, change, line) => {
  const text = explanationText({ ...FULL, ...change }, PAGE);
  expect(text.split('\n')[1]).toBe(line);
});

test('in a replay: who would have been told, and who would be next', () => {
  const told = [
    {
      id: 'a',
      receiver: 'scada',
      kind: 'firing',
      state: 'would-have-gone',
      lastError: null,
      at: NOW - 1_000,
    },
    { id: 'b', receiver: 'boss', kind: 'escalation', state: 'would-go', lastError: null, at: NOW + 60_000 },
  ] as const;
  expect(
    explanationText({ ...FULL, told }, PAGE)
      .split('\n')
      .slice(-3),
  ).toEqual([
    '  scada             firing      would have gone at 2026-01-05 07:05:11 +01:00',
    '  boss              escalation  would go at 2026-01-05 07:06:12 +01:00',
    '',
  ]);
});

test('without labels and values', () => {
  const text = explanationText({ ...FULL, labels: {}, values: {}, told: [] }, PAGE);
  expect(text.split('\n').slice(0, 4)).toEqual(['press-overheat', expect.any(String), '', '']);
});

test('a delay that is over says nothing of it', () => {
  const levels = [{ severity: 'info', condition: { text: 'for 5s', state: 'true', due: NOW } }] as const;
  expect(explanationText({ ...FULL, levels }, PAGE)).toContain('  ✓ for 5s\n');
});

test('long texts stay on the page, and none steers the terminal', () => {
  const long = 'x'.repeat(300);
  const levels = [
    { severity: 'info', condition: { text: long, state: 'true', value: `\u001b[2J${long}` } },
  ] as const;
  const text = explanationText({ ...FULL, values: { [long]: long }, levels }, PAGE);
  expect(tooLong(text)).toEqual([]);
  expect(text).not.toContain('\u001b');
});
