import type { Writable } from 'node:stream';
import type { AlertEvent } from '../../rules/alert-event.js';
import { conditionSentence } from '../../rules/condition-sentence.js';
import { durationText } from '../../rules/engine/message-text.js';
import type { Rule } from '../../rules/rule.js';
import { oneLine, shorten } from '../delivery/plain-text.js';
import { zonedClock } from '../delivery/zoned-time.js';
import { wrappedText } from '../wrapped-text.js';

export type Tone = 'critical' | 'warning' | 'info' | 'resolved' | 'quiet' | 'strong';

export interface ScreenOptions {
  readonly stream: Writable;
  readonly timezone: string;
  readonly rules: readonly Rule[];
  readonly paint: (tone: Tone, text: string) => string;
}

const WIDTH = 80;
/** Under the time and the state of an alert. */
const INDENT = ' '.repeat(9);
const TEXT_WIDTH = WIDTH - INDENT.length;
/** Beside the time and the state. */
const HEAD_WIDTH = TEXT_WIDTH - 9;

/**
 * Shows a simulation to somebody who sees it for the first time: what happens, what is sent because of it, and where to
 * look next. At most 80 columns, two or three lines for an alert.
 */
export class SimulationScreen {
  /** Alerts that began. */
  alerts = 0;
  readonly #options: ScreenOptions;
  readonly #rules: ReadonlyMap<string, Rule>;
  /** When alerts that fire began, by episode. */
  readonly #since = new Map<string, number>();

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#rules = new Map(options.rules.map((rule) => [rule.id, rule]));
  }

  /** A few lines of text, each at most 80 columns. */
  text(lines: readonly string[]): void {
    this.#options.stream.write(`${lines.join('\n')}\n`);
  }

  show(event: AlertEvent): void {
    const { episode } = event;
    if (episode === null) return; // pending: nothing has happened yet
    if (event.event === 'firing') {
      this.alerts += 1;
      this.#since.set(episode, event.time);
    }
    if (event.suppressed === true) {
      if (event.event === 'firing') this.#muted(event);
    } else if (event.event === 'resolved' || event.event === 'cleared') this.#over(event);
    else this.#raised(event);
    if (event.event === 'resolved') this.#since.delete(episode);
  }

  /** What was sent because of an alert: `mail  …`. */
  sent(by: string, text: string): void {
    this.#options.stream.write(
      `${INDENT}${this.#options.paint('quiet', shorten(`→ ${by}  ${oneLine(text)}`, TEXT_WIDTH))}\n`,
    );
  }

  #raised(event: AlertEvent): void {
    const was = event.previous === undefined ? '' : `, was ${event.previous}`;
    this.#head(event, event.severity, event.severity.toUpperCase(), was);
    this.text(wrapped(event.message));
    const reason = [this.#values(event), this.#reason(event)].filter((text) => text !== '').join(' · ');
    if (reason !== '') this.text(wrapped(reason).map((line) => this.#options.paint('quiet', line)));
  }

  #over(event: AlertEvent): void {
    const since = this.#since.get(event.episode ?? '') ?? event.time;
    const after = `, after ${durationText(event.time - since)}`;
    this.#head(
      event,
      'resolved',
      event.event,
      event.event === 'cleared' ? `${after}; stays until it is reset` : after,
    );
  }

  #muted(event: AlertEvent): void {
    const by = this.#rules.get(event.rule)?.suppressedBy.map(({ rule }) => rule) ?? [];
    this.#head(event, 'quiet', 'muted', `, because of ${by.join(' or ')}`);
  }

  #head({ time, rule, labels }: AlertEvent, tone: Tone, state: string, remark: string): void {
    const { paint, timezone, stream } = this.#options;
    const place = Object.values(labels).map(oneLine).join(', ');
    const name = shorten(`${rule}${place === '' ? '' : ` [${place}]`}`, HEAD_WIDTH - remark.length);
    const rest = tone === 'quiet' ? paint('quiet', `${name}${remark}`) : `${paint('strong', name)}${remark}`;
    stream.write(`${zonedClock(time, timezone)} ${paint(tone, state.padEnd(8))} ${rest}\n`);
  }

  /** `when flow below 15 for 2s`, as the rule has it. */
  #reason({ rule, severity }: AlertEvent): string {
    const level = this.#rules.get(rule)?.levels.find((one) => one.severity === severity);
    return level === undefined ? '' : `when ${conditionSentence(level.condition)}`;
  }

  /** `flow = 2.1 l/min, pace = 21.4` */
  #values({ rule, values }: AlertEvent): string {
    const units = new Map(this.#rules.get(rule)?.inputs.map(({ name, unit }) => [name, unit]));
    return Object.entries(values)
      .map(([name, value]) => {
        const unit = units.get(name) ?? null;
        return `${name} = ${valueText(value)}${unit === null || value === null ? '' : ` ${unit}`}`;
      })
      .join(', ');
  }
}

function valueText(value: AlertEvent['values'][string]): string {
  if (value === null || value === undefined) return 'unknown';
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : oneLine(String(value));
}

/** Broken between words, indented. */
function wrapped(text: string): string[] {
  return wrappedText(oneLine(text), TEXT_WIDTH).map((line) => `${INDENT}${line}`);
}
