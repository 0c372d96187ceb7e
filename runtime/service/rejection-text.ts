import { shorten } from '../delivery/plain-text.js';
import type { IntakeRejection } from '../intake/intake.js';

/** Why something was not taken, or not as it came; reasons as they are counted. */
const TEXT: Readonly<Record<string, string>> = {
  oversized: 'a payload larger than limits.payloadBytes',
  notUtf8: 'a payload that is not UTF-8 text',
  malformed: 'a payload that begins like JSON and is none',
  notANumber: 'a payload that is no number',
  nonFinite: 'a payload that is no finite number',
  tooDeep: 'a payload nested too deep',
  tooManyFields: 'a payload with more than 1,000 fields',
  noRecords: 'a payload without the list that `records` names',
  series: 'a topic beyond limits.series, which is left out',
  noTime: 'a payload without a time that can be read; its arrival counts',
  wrongTime: 'a time that cannot be right; the arrival counts instead',
  duplicate: 'a reading that came before, which is left out',
};

/** Topics come from outside and can be 65,535 bytes long. */
const TOPIC_CHARS_MAX = 120;

/** The line that says it the first time. */
export function rejectionText({ source, reason, topic, sender }: IntakeRejection): string {
  const from = source === sender ? source : `${sender} (${source})`;
  const what = TEXT[reason] ?? reason;
  return `${shorten(topic, TOPIC_CHARS_MAX)} from ${shorten(from, TOPIC_CHARS_MAX)}: ${what}; further ones are counted`;
}
