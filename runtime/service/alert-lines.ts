import type { Writable } from 'node:stream';
import type { AlertEvent } from '../../rules/alert-event.js';
import { textWidth } from '../../rules/format/text-width.js';
import { oneLine } from '../delivery/plain-text.js';
import { zonedClock } from '../delivery/zoned-time.js';

/** Colours a word of a line. */
export type Tone = 'critical' | 'warning' | 'info' | 'resolved';

export interface AlertLinesOptions {
  readonly stream: Writable;
  readonly format: 'text' | 'json';
  readonly timezone: string;
  /** Columns that a line may take. */
  readonly width: number;
  readonly paint: (tone: Tone, text: string) => string;
}

/** Long enough for `CRITICAL` and `resolved`. */
const STATE_WIDTH = 8;

/**
 * Shows alerts on the terminal, one line for each event that people want to see:
 *
 * ```text
 * 07:00:40 CRITICAL press-overheat [l1, m1] m1 on l1 is at 85 °C
 * 07:01:20 resolved press-overheat [l1, m1] m1 on l1 is at 74 °C
 * ```
 */
export class AlertLines {
  readonly #options: AlertLinesOptions;

  constructor(options: AlertLinesOptions) {
    this.#options = options;
  }

  show(event: AlertEvent): void {
    if (event.event === 'pending' || event.reason === 'pending') return;
    const { stream, format } = this.#options;
    stream.write(`${format === 'json' ? jsonLine(event) : this.#textLine(event)}\n`);
  }

  #textLine(event: AlertEvent): string {
    const { timezone, width, paint } = this.#options;
    const before = `${zonedClock(event.time, timezone)} `;
    const state = stateOf(event);
    const place = Object.values(event.labels).map(oneLine).join(', ');
    const remarks = remarksOn(event).map((remark) => ` (${remark})`);
    const after = ` ${event.rule}${place === '' ? '' : ` [${place}]`}${remarks.join('')} ${oneLine(event.message)}`;
    return (
      before +
      paint(state.tone, state.text.padEnd(STATE_WIDTH)) +
      cutToWidth(after, width - before.length - STATE_WIDTH)
    );
  }
}

function stateOf({ event, severity }: AlertEvent): { tone: Tone; text: string } {
  if (event === 'resolved' || event === 'cleared') return { tone: 'resolved', text: event };
  return { tone: severity, text: severity.toUpperCase() };
}

function remarksOn({ previous, reason, suppressed, late }: AlertEvent): string[] {
  return [
    ...(previous === undefined ? [] : [`was ${previous}`]),
    ...(reason === undefined || reason === 'normal' ? [] : [reason]),
    ...(suppressed === true ? ['suppressed'] : []),
    ...(late === true ? ['late'] : []),
  ];
}

function jsonLine(event: AlertEvent): string {
  return JSON.stringify({
    time: new Date(event.time).toISOString(),
    level: 'info',
    message: event.message,
    alert: event,
  });
}

/** The beginning of a text that takes at most so many columns; what was cut shows as `…`. */
function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let shown = '';
  let used = 1;
  for (const character of text) {
    used += textWidth(character);
    if (used > width) break;
    shown += character;
  }
  return `${shown}…`;
}
