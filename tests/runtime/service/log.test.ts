/** The log: levels, both formats, and nothing that could steer a terminal. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../runtime/service/log.js';
import { SimulatedClock } from '../../simulated-clock.js';

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

test('a text is cut where it is too long to read', () => {
  const [line = ''] = logged({ level: 'error' }, 'ä'.repeat(3000)).split('\n');
  expect(line).toBe(`12:00:00 error ${'ä'.repeat(1999)}…`);
});

describe('lines that come again', () => {
  function running() {
    const stream = new PassThrough();
    const clock = new SimulatedClock(Date.UTC(2026, 5, 1, 12));
    const log = createLog({ level: 'info', format: 'text', timezone: 'UTC', stream, clock });
    const lines = () =>
      String(stream.read() ?? '')
        .split('\n')
        .slice(0, -1);
    return { log, clock, lines };
  }

  test('are written once, and counted until the minute is over', () => {
    const { log, clock, lines } = running();
    log.warn('scada does not answer');
    clock.advance(20_000);
    for (let times = 0; times < 37; times += 1) log.warn('scada does not answer');
    clock.advance(39_999);
    expect(lines()).toEqual(['12:00:00 warn  scada does not answer']);
    clock.advance(1);
    expect(lines()).toEqual(['12:01:00 warn  … scada does not answer (and 37 more like this)']);
  });

  test('are news again after a minute', () => {
    const { log, clock, lines } = running();
    log.warn('x');
    clock.advance(59_999);
    log.warn('x');
    clock.advance(1);
    log.warn('x');
    clock.advance(60_000);
    log.warn('x');
    expect(lines()).toEqual([
      '12:00:00 warn  x',
      '12:01:00 warn  … x (and 1 more like this)',
      '12:01:00 warn  x',
      '12:02:00 warn  x',
    ]);
  });

  test('are those of the same level and text', () => {
    const { log, lines } = running();
    log.warn('x');
    log.error('x');
    log.warn('y');
    expect(lines()).toHaveLength(3);
  });

  test('of a level that is not written do not count', () => {
    const { log, clock, lines } = running();
    log.debug('x');
    log.debug('x');
    log.close();
    expect(lines()).toEqual([]);
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });

  test('are told at the end, and then nothing runs any more', () => {
    const { log, clock, lines } = running();
    log.info('x');
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
    log.info('x');
    expect(clock.untilNext).toBe(60_000);
    log.close();
    expect(lines()).toEqual(['12:00:00 info  x', '12:00:00 info  … x (and 1 more like this)']);
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });

  test('different lines: 300 a minute, the others are counted', () => {
    const { log, clock, lines } = running();
    for (let number = 0; number < 300; number += 1) log.error(`no ${number}`);
    expect(lines()).toHaveLength(300);
    log.error('no 300');
    log.error('no 300');
    log.error('no 0');
    expect(lines()).toEqual([]);
    clock.advance(60_000);
    expect(lines()).toEqual([
      '12:01:00 error … no 0 (and 1 more like this)',
      '12:01:00 warn  … (and 2 other lines in a minute)',
    ]);
  });
});
