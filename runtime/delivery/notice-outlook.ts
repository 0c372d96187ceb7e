import { spanText } from '../replay/story/span-text.js';
import type { Notice, NoticeAlert } from './notice.js';
import { zonedClock } from './zoned-time.js';

/** What happens next, in sentences; none if nothing does. */
export function outlookSentences({ kind, alerts, outlook }: Notice, timezone: string): string[] {
  const firing = alerts.filter(({ event }) => event.event !== 'resolved');
  // What the program says of itself, and tests, mostly have no end that is told.
  if (firing.length === 0 || kind === 'system' || kind === 'test' || kind === 'summary') return [];
  const [only] = firing;
  const flapping = firing.length === 1 ? only?.flapping : undefined;
  const latched = firing.length === 1 && only?.isLatched === true ? only.event.rule : null;
  const { repeatMs, escalation } = outlook ?? {};
  return [
    ...(escalation === undefined
      ? []
      : [
          `If it still fires at ${zonedClock(escalation.at, timezone)}, ${escalation.to.join(' and ')} will be told.`,
        ]),
    ...(repeatMs === undefined ? [] : [`While it fires you are told again every ${spanText(repeatMs)}.`]),
    flapping === undefined ? endSentence(latched) : flappingSentence(flapping),
  ];
}

function endSentence(latched: string | null): string {
  return latched === null
    ? 'You are told when it ends.'
    : `It stays until somebody resets it: tocsin reset ${latched}`;
}

function flappingSentence({ max, perMs }: NonNullable<NoticeAlert['flapping']>): string {
  const span = spanText(perMs);
  const times = max === 1 ? 'once' : `${max} times`;
  return `It has come and gone more than ${times} in ${span}: you are told again when it gets worse, or was calm for ${span}.`;
}
