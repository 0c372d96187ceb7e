/** What a newcomer sees: a few lines for each alert, at most 80 columns, and nothing that a device could smuggle in. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { loadRules } from '../../../rules/format/load-rules.js';
import { SimulationScreen } from '../../../runtime/simulation/simulation-screen.js';
import { event } from '../delivery/delivery-fixture.js';

const { rules } = loadRules([
  {
    path: 'rules/press.json',
    text: JSON.stringify({
      rules: [
        { id: 'line-down', inputs: { up: 'factory/{line}/up' }, when: { value: 'up', equals: false } },
        {
          id: 'press-overheat',
          inputs: { temp: { topic: 'factory/{line}/{machine}/temperature', unit: '°C' } },
          when: { critical: { value: 'temp', above: 80 } },
          suppressedBy: [{ rule: 'line-down' }],
        },
      ],
    }),
  },
]);

function screen() {
  const stream = new PassThrough();
  const paint = (_tone: string, text: string) => text;
  const made = new SimulationScreen({ stream, timezone: 'UTC', rules, paint });
  return { screen: made, lines: () => String(stream.read() ?? '').split('\n') };
}

function shown(...changes: Partial<AlertEvent>[]): string[] {
  const { screen: made, lines } = screen();
  for (const change of changes) made.show(event(change));
  return lines();
}

const FIRING: Partial<AlertEvent> = {
  event: 'firing',
  values: { temp: 85.2549 },
  message: 'm1 on l1 is hot',
};

describe('an alert', () => {
  test('begins with what it says and its values', () => {
    expect(shown(FIRING)).toEqual([
      '12:00:00 CRITICAL press-overheat [l1, m1]',
      '         m1 on l1 is hot',
      '         temp = 85.25 °C · when temp above 80',
      '',
    ]);
  });

  test('changes its severity', () => {
    expect(shown({ ...FIRING, event: 'severity', previous: 'warning', values: { temp: null } })).toEqual([
      '12:00:00 CRITICAL press-overheat [l1, m1], was warning',
      '         m1 on l1 is hot',
      '         temp = unknown · when temp above 80',
      '',
    ]);
  });

  test('ends after so long', () => {
    const { time } = event({});
    const lines = shown(FIRING, { event: 'resolved', time: time + 65_000, reason: 'normal' });
    expect(lines.slice(3)).toEqual(['12:01:05 resolved press-overheat [l1, m1], after 1m 5s', '']);
  });

  test('that is latched stays', () => {
    expect(shown({ event: 'cleared', reason: 'normal' })[0]).toBe(
      '12:00:00 cleared  press-overheat [l1, m1], after 0s; stays until it is reset',
    );
  });

  test('that is suppressed is one line, and its end none', () => {
    const lines = shown({ ...FIRING, suppressed: true }, { event: 'resolved', suppressed: true });
    expect(lines).toEqual(['12:00:00 muted    press-overheat [l1, m1], because of line-down', '']);
  });

  test('that is only pending is not shown', () => {
    expect(shown({ event: 'pending', episode: null })).toEqual(['']);
  });
});

test('long and hostile texts stay within 80 columns and on their lines', () => {
  const { screen: made, lines } = screen();
  made.show(
    event({
      ...FIRING,
      labels: { line: `l\u001b[2J${'x'.repeat(100)}`, machine: 'm\n1' },
      message: `hot\r\n${'very hot '.repeat(20)}`,
    }),
  );
  made.sent('mail', `${'x'.repeat(200)}\u0007`);
  const written = lines();
  expect(written.join('')).not.toMatch(/\p{Cc}/u);
  expect(written.filter((line) => line.length > 80)).toEqual([]);
  expect(written.length).toBeLessThan(9);
});

test('counts alerts, muted ones too', () => {
  const { screen: made } = screen();
  for (const change of [FIRING, { ...FIRING, suppressed: true as const }, { event: 'resolved' as const }]) {
    made.show(event(change));
  }
  expect(made.alerts).toBe(2);
});
