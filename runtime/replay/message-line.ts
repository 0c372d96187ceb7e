import type { JsonValue } from '../../rules/reading.js';
import type { RecordedMessage } from './recorded-message.js';
import { parseTime, wholeMs } from './time-text.js';

/**
 * Reads one line of an NDJSON recording: `{"time", "topic", "payload", "arrives"?, "retain"?}`. Other keys are passed
 * over: recordings often carry more than the rules need.
 *
 * @returns the message, or what is wrong with the line
 */
export function parseMessageLine(line: string): RecordedMessage | string {
  let value: JsonValue;
  try {
    value = JSON.parse(line);
  } catch {
    return notJson(line);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `a message is an object with time, topic and payload, this is ${nameOf(value)}`;
  }
  return messageOf(value as { readonly [key: string]: JsonValue });
}

/** The message that an object of a recording stands for, or what is wrong with it. */
export function messageOf(object: { readonly [key: string]: JsonValue }): RecordedMessage | string {
  const { time: timeValue, topic, payload, arrives: arrivesValue, retain } = object;
  const time = readTime(timeValue);
  if (time === null) return timeProblem('time', timeValue);
  if (typeof topic !== 'string')
    return topic === undefined ? '"topic" is missing' : `"topic" must be a text, got ${nameOf(topic)}`;
  const topicProblem = checkTopic(topic);
  if (topicProblem !== null) return topicProblem;
  if (payload === undefined) return '"payload" is missing';
  if (retain !== undefined && typeof retain !== 'boolean')
    return `"retain" must be true or false, got ${nameOf(retain)}`;
  const base = { time, topic, payload, retain: retain ?? false };
  if (arrivesValue === undefined) return base;
  const arrives = readTime(arrivesValue);
  if (arrives === null) return timeProblem('arrives', arrivesValue);
  return { ...base, arrives };
}

/** What keeps a text from being the topic of a message; `null` if nothing does. */
export function checkTopic(topic: string): string | null {
  if (topic === '') return 'the topic is empty';
  if (/[+#\0]/.test(topic)) return `"${topic}" is no topic of a message: it cannot contain + or #`;
  return null;
}

function readTime(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return wholeMs(value);
  return typeof value === 'string' ? parseTime(value) : null;
}

function timeProblem(key: string, value: JsonValue | undefined): string {
  if (value === undefined) return `"${key}" is missing`;
  return `"${key}" must be RFC 3339 ("2026-01-05T06:00:00Z") or epoch milliseconds, got ${short(JSON.stringify(value))}`;
}

/** V8's own message quotes half the line; what people need to know is that the line is cut or no JSON at all. */
function notJson(line: string): string {
  const text = line.trimStart();
  if (!text.startsWith('{')) return `not JSON: ${short(text)}`;
  return text.trimEnd().endsWith('}')
    ? `not valid JSON: ${short(text)}`
    : `the JSON breaks off: …${text.slice(-30)}`;
}

function nameOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'an object'
    : `${typeof value === 'string' ? 'a text' : `a ${typeof value}`}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
