/** Alerts on the terminal: one line each, never wider than the terminal, whatever devices call themselves. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { textWidth } from '../../../rules/format/text-width.js';
import { AlertLines, type AlertLinesOptions } from '../../../runtime/service/alert-lines.js';
import { event } from '../delivery/delivery-fixture.js';

function shown(change: Partial<AlertEvent>, options: Partial<AlertLinesOptions> = {}): string {
  const stream = new PassThrough();
  const lines = new AlertLines({
    stream,
    format: 'text',
    timezone: 'Europe/Berlin',
    width: 80,
    paint: (_tone, text) => text,
    ...options,
  });
  lines.show(event(change));
  return String(stream.read() ?? '');
}

test.each<[string, Partial<AlertEvent>, string]>([
  ['firing', {}, '14:00:00 CRITICAL press-overheat [l1, m1] m1 on l1 is at 85.25 °C\n'],
  [
    'a warning',
    { severity: 'warning' },
    '14:00:00 WARNING  press-overheat [l1, m1] m1 on l1 is at 85.25 °C\n',
  ],
  [
    'a change of severity',
    { event: 'severity', previous: 'warning' },
    '14:00:00 CRITICAL press-overheat [l1, m1] (was warning) m1 on l1 is at 85.25 °C\n',
  ],
  [
    'resolved',
    { event: 'resolved', reason: 'normal' },
    '14:00:00 resolved press-overheat [l1, m1] m1 on l1 is at 85.25 °C\n',
  ],
  [
    'resolved for another reason',
    { event: 'resolved', reason: 'rule removed', message: 'x' },
    '14:00:00 resolved press-overheat [l1, m1] (rule removed) x\n',
  ],
  [
    'cleared',
    { event: 'cleared', reason: 'normal', message: 'x' },
    '14:00:00 cleared  press-overheat [l1, m1] x\n',
  ],
  [
    'suppressed and late',
    { suppressed: true, late: true, message: 'x' },
    '14:00:00 CRITICAL press-overheat [l1, m1] (suppressed) (late) x\n',
  ],
  ['an alert without labels', { labels: {}, message: 'x' }, '14:00:00 CRITICAL press-overheat x\n'],
  ['pending', { event: 'pending', episode: null }, ''],
  ['pending that broke off', { event: 'cleared', reason: 'pending', episode: null }, ''],
])('%s', (_name, change, line) => {
  expect(shown(change)).toBe(line);
});

describe('width', () => {
  test.each(['x'.repeat(200), '温度が高い'.repeat(20), '🔥'.repeat(60)])(
    '%s is cut to 80 columns',
    (message) => {
      const line = shown({ message }).trimEnd();
      expect(textWidth(line)).toBeLessThanOrEqual(80);
      expect(textWidth(line)).toBeGreaterThanOrEqual(79);
      expect(line).toMatch(/…$/);
    },
  );

  test('exactly 80 columns are not cut', () => {
    const rest = 80 - shown({ message: '' }).trimEnd().length - 1;
    expect(shown({ message: 'x'.repeat(rest) })).toMatch(/x\n$/);
    expect(shown({ message: 'x'.repeat(rest + 1) })).toMatch(/x…\n$/);
  });

  test('a wider terminal is used', () => {
    expect(shown({ message: 'x'.repeat(100) }, { width: 200 })).toMatch(/x{100}\n$/);
  });
});

test('names of devices can neither steer the terminal nor begin a line', () => {
  const labels = { machine: 'm1\u001b[2J\n14:00:00 CRITICAL fake' };
  const line = shown({ labels, message: '\u202Eevil\u0007' });
  expect(line).toBe('14:00:00 CRITICAL press-overheat [m1 [2J 14:00:00 CRITICAL fake] evil\n');
});

test('the state is painted, and its width stays', () => {
  const line = shown({ message: 'x' }, { paint: (tone, text) => `<${tone}>${text}</>` });
  expect(line).toBe('14:00:00 <critical>CRITICAL</> press-overheat [l1, m1] x\n');
});

test('for programs: one object, with the whole event', () => {
  const line = shown({ message: 'x'.repeat(200) }, { format: 'json' });
  expect(JSON.parse(line)).toEqual({
    time: '2026-06-01T12:00:00.000Z',
    level: 'info',
    message: 'x'.repeat(200),
    alert: event({ message: 'x'.repeat(200) }),
  });
});
