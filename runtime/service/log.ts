import type { Writable } from 'node:stream';
import type { Clock } from '../clock.js';
import { oneLine, shorten } from '../delivery/plain-text.js';
import { zonedClock } from '../delivery/zoned-time.js';
import type { Configuration } from '../site/configuration.js';
import { LineLimit } from './line-limit.js';

export type LogLevel = Configuration['log']['level'];

/** Says what happens, one line each. Texts may hold names from outside: what could steer a terminal is taken out. */
export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** A log with an end. */
export interface ClosableLog extends Log {
  /** Writes what is still to be said of repeated lines. */
  close(): void;
}

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
/** Names from outside can be of any length. */
const LINE_CHARS_MAX = 2_000;

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly stream: Writable;
  readonly clock: Clock;
  readonly timezone: string;
}

/**
 * `07:00:40 warn  scada does not answer`, or `{"time":"…","level":"warn","message":"scada does not answer"}`. A line that
 * comes again within a minute is counted: `… scada does not answer (and 37 more like this)`.
 */
export function createLog({ level, format, stream, clock, timezone }: LogOptions): ClosableLog {
  const print = (lineLevel: LogLevel, message: string) => {
    const time = clock.wall();
    stream.write(
      format === 'json'
        ? `${JSON.stringify({ time: new Date(time).toISOString(), level: lineLevel, message })}\n`
        : `${zonedClock(time, timezone)} ${lineLevel.padEnd(5)} ${message}\n`,
    );
  };
  const limit = new LineLimit(clock, (count) =>
    print('warn', `… (and ${count} other ${count === 1 ? 'line' : 'lines'} in a minute)`),
  );
  const write = (lineLevel: LogLevel, text: string) => {
    if (LEVELS.indexOf(lineLevel) > LEVELS.indexOf(level)) return;
    const message = shorten(oneLine(text), LINE_CHARS_MAX);
    const isPassed = limit.passes(`${lineLevel} ${message}`, (count) =>
      print(lineLevel, `… ${message} (and ${count} more like this)`),
    );
    if (isPassed) print(lineLevel, message);
  };
  return {
    debug: (text) => write('debug', text),
    info: (text) => write('info', text),
    warn: (text) => write('warn', text),
    error: (text) => write('error', text),
    close: () => limit.finish(),
  };
}
