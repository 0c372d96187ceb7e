/** The log: levels, both formats, and nothing that could steer a terminal. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../runtime/service/log.js';
import { SimulatedClock } from '../../../runtime/simulated-clock.js';

function logged(options: Partial<LogOptions>, text = 'hello'): string {
  const stream = new PassThrough();
  const clock = new SimulatedClock(Date.UTC(2026, 5, 1, 12));
  const log = createLog({ level: 'debug', format: 'text', timezone: 'UTC', stream, clock, ...options });
  log.debug(text);
  log.info(text);
  log.warn(text);
  log.error(text);
  return String(stream.read() ?? '');
}

test('as text', () => {
  expect(logged({})).toBe(
    ['debug', 'info ', 'warn ', 'error'].map((level) => `12:00:00 ${level} hello\n`).join(''),
  );
});

test('as JSON', () => {
  expect(logged({ format: 'json', level: 'error' })).toBe(
    '{"time":"2026-06-01T12:00:00.000Z","level":"error","message":"hello"}\n',
  );
});

test.each([
  ['error', 1],
  ['warn', 2],
  ['info', 3],
  ['debug', 4],
] as const)('%s and worse', (level, lines) => {
  expect(logged({ level }).trimEnd().split('\n')).toHaveLength(lines);
});

test('a text stays on its line', () => {
  expect(logged({ level: 'error' }, 'a\n\u001b[31mb')).toBe('12:00:00 error a [31mb\n');
});
