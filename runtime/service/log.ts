import type { Writable } from 'node:stream';
import type { Clock } from '../clock.js';
import { oneLine } from '../delivery/plain-text.js';
import { zonedClock } from '../delivery/zoned-time.js';
import type { Configuration } from '../site/configuration.js';

export type LogLevel = Configuration['log']['level'];

/** Says what happens, one line each. Texts may hold names from outside: what could steer a terminal is taken out. */
export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly stream: Writable;
  readonly clock: Clock;
  readonly timezone: string;
}

/** `07:00:40 warn  scada does not answer`, or `{"time":"…","level":"warn","message":"scada does not answer"}`. */
export function createLog({ level, format, stream, clock, timezone }: LogOptions): Log {
  const write = (lineLevel: LogLevel, text: string) => {
    if (LEVELS.indexOf(lineLevel) > LEVELS.indexOf(level)) return;
    const time = clock.wall();
    const message = oneLine(text);
    stream.write(
      format === 'json'
        ? `${JSON.stringify({ time: new Date(time).toISOString(), level: lineLevel, message })}\n`
        : `${zonedClock(time, timezone)} ${lineLevel.padEnd(5)} ${message}\n`,
    );
  };
  return {
    debug: (text) => write('debug', text),
    info: (text) => write('info', text),
    warn: (text) => write('warn', text),
    error: (text) => write('error', text),
  };
}
