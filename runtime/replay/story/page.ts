import type { Style } from '../../command-line/style.js';
import { formatTime } from '../time-text.js';
import type { TimeRange } from './timeline.js';

/** What every part of a story needs to know to be printed. */
export interface Page {
  /** What the bars show. */
  readonly range: TimeRange;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
  /** Prints a time: without the date where all is one day. */
  clock(time: number): string;
}

export function pageFor(range: TimeRange, width: number, style: Style): Page {
  const dayOf = (time: number) => formatTime(time).slice(0, 10);
  const isOneDay = dayOf(range.from) === dayOf(range.to);
  return { range, width, style, clock: (time) => formatTime(time).slice(isOneDay ? 11 : 0) };
}

/** Cuts a text to so many columns. Topics and texts are written by devices: control characters become dots. */
export function clip(text: string, width: number): string {
  const room = Math.max(8, width);
  const clean = text.replace(/\p{Cc}/gu, '·');
  return clean.length <= room ? clean : `${clean.slice(0, room - 1)}…`;
}

/** A text at the left edge and one at the right; the left one is cut if both do not fit. */
export function leftAndRight(left: string, right: string, width: number): { left: string; right: string } {
  const room = width - right.length - 2;
  return { left: clip(left, room).padEnd(room + 2), right };
}

/** `line=l1 machine=m1` */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '(one instance)' : pairs.join(' ');
}

/** `12,345` */
export function counted(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 firing`, `2 firings` */
export function plural(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? '' : 's'}`;
}
