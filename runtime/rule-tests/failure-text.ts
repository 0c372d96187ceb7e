import type { AlertEvent } from '../../rules/alert-event.js';
import type { ExplainedCondition, Explanation } from '../../rules/engine.js';
import { formatDuration } from '../../rules/format/duration.js';
import type { Style } from '../command-line/style.js';
import type { Difference, Pairing } from './compare-events.js';
import type { ExpectedEvent } from './rule-test.js';
import type { TestResult } from './run-test.js';

/** A test with more events than this shows only those that are wrong. */
const EVENTS_MAX = 20;
const WRONG_MAX = 12;

/** Gives what an instance saw at a time of the test. */
export type ExplainAt = (place: {
  time: number;
  rule: string;
  labels: Readonly<Record<string, string>>;
}) => Explanation | null;

/**
 * Tells why a test failed: expected and actual events in the order of time, counted from the start of the test, with
 * the values behind each that is wrong.
 */
export function failureText(result: TestResult, explain: ExplainAt, style: Style): string[] {
  const { pairings, refusals, failedFunctions, test } = result;
  const context: Context = { start: test.start, result, explain, style };
  const wrong = pairings.filter(({ kind }) => kind !== 'match');
  const shown = pairings.length <= EVENTS_MAX ? pairings : wrong.slice(0, WRONG_MAX);
  const left = wrong.length - shown.filter(({ kind }) => kind !== 'match').length;
  return [
    ...shown.flatMap((pairing) => pairingLines(pairing, context)),
    ...(left > 0 ? [`… and ${left} more that are wrong`] : []),
    ...refusals.map(
      ({ time, reason }) => `! ${offset(time, test.start).padEnd(6)} command refused: ${reason}`,
    ),
    ...failedFunctions.map(
      ({ name, time, message }) =>
        `! ${offset(time, test.start).padEnd(6)} functions/${name}.js threw: ${message}; unknown from then on`,
    ),
  ];
}

interface Context {
  readonly start: number;
  readonly result: TestResult;
  readonly explain: ExplainAt;
  readonly style: Style;
}

function pairingLines(pairing: Pairing, context: Context): string[] {
  const { start, style } = context;
  switch (pairing.kind) {
    case 'match':
      return [style('dim', `  ${eventText(pairing.event, start)}`)];
    case 'different':
      return [
        style('red', `≠ ${eventText(pairing.event, start)}`),
        ...indent(differenceLines(pairing.event, pairing.differences, start)),
        ...indent([valuesText(pairing.event.values)]),
      ];
    case 'unexpected':
      return [
        `${style('red', `+ ${eventText(pairing.event, start)}`)}  not expected`,
        ...indent([valuesText(pairing.event.values)]),
      ];
    case 'missing':
      return [
        `${style('red', `- ${expectedText(pairing.expected, start)}`)}  did not come`,
        ...indent(whyMissing(pairing.expected, context)),
      ];
  }
}

/** `40s  press-overheat firing critical  line=l1 machine=m1` */
function eventText(
  { time, rule, event, severity, labels, reason, suppressed }: AlertEvent,
  start: number,
): string {
  const extra = [
    reason !== undefined && reason !== 'normal' ? `(${reason})` : '',
    suppressed ? '(suppressed)' : '',
  ];
  return words([
    `${offset(time, start).padEnd(6)} ${rule} ${event} ${severity} ${pairsText(labels)}`,
    ...extra,
  ]);
}

function expectedText({ at, rule, event, severity, labels, reason }: ExpectedEvent, start: number): string {
  const time = at === undefined ? 'any time' : offset(at, start);
  return words([
    `${time.padEnd(6)} ${rule ?? 'any rule'} ${event ?? 'any event'}`,
    severity ?? '',
    labels === undefined ? '' : pairsText(labels),
    reason === undefined ? '' : `(${reason})`,
  ]);
}

function differenceLines(event: AlertEvent, differences: readonly Difference[], start: number): string[] {
  return differences.map(({ key, expected, got }) => {
    if (key === 'at') {
      return `${VERBS[event.event]} at ${offset(event.time, start)}, expected at ${offset(Number(expected), start)}`;
    }
    return `${key.replace(/^(labels|values)\./, '')} is ${valueText(got)}, expected ${valueText(expected)}`;
  });
}

const VERBS: Readonly<Record<AlertEvent['event'], string>> = {
  pending: 'began to wait',
  firing: 'fired',
  severity: 'changed its severity',
  cleared: 'cleared',
  unsuppressed: 'was no longer suppressed',
  resolved: 'resolved',
};

/** What the instance saw when the event should have come, and whether it came in another place. */
function whyMissing(expected: ExpectedEvent, { start, result, explain }: Context): string[] {
  const { at, rule, labels = {} } = expected;
  const elsewhere = result.pairings.find(
    (other) => other.kind === 'unexpected' && isSameChange(other.event, expected),
  );
  const lines =
    elsewhere?.kind === 'unexpected'
      ? [`it ${VERBS[elsewhere.event.event]} at ${offset(elsewhere.event.time, start)}, in another order`]
      : [];
  if (at === undefined || rule === undefined) return lines;
  const seen = explain({ time: at, rule, labels });
  const when = `at ${offset(at, start)}`;
  if (seen === null)
    return [...lines, `${when} there was no instance ${pairsText(labels)}: no message had reached it`];
  return [
    ...lines,
    `${when} it was ${seen.state}, ${pairsText(seen.labels)}, ${valuesText(seen.values)}`,
    ...seen.levels.flatMap(({ severity, condition }) => [
      ...(seen.levels.length > 1 ? [`${severity}:`] : []),
      ...conditionLines(condition, start),
    ]),
  ];
}

function isSameChange(event: AlertEvent, { rule, event: kind, labels = {} }: ExpectedEvent): boolean {
  const isOfLabels = Object.entries(labels).every(([name, value]) => event.labels[name] === value);
  return (
    (rule === undefined || rule === event.rule) && (kind === undefined || kind === event.event) && isOfLabels
  );
}

/** The tree of a condition with the state of each part: `false    temp above 80   (79)`. */
function conditionLines(
  { state, text, value, due, of = [] }: ExplainedCondition,
  start: number,
  depth = 1,
): string[] {
  const found = value === undefined ? '' : `   (${valueText(value)})`;
  const waits = due === undefined || of.length === 0 ? '' : `   (until ${offset(due, start)})`;
  const line = `${'  '.repeat(depth)}${state.padEnd(7)} ${text}${found}${waits}`;
  return [line, ...of.flatMap((part) => conditionLines(part, start, depth + 1))];
}

function offset(time: number, start: number): string {
  return time < start ? `-${formatDuration(start - time)}` : formatDuration(time - start);
}

function pairsText(pairs: Readonly<Record<string, unknown>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : valueText(value)}`)
    .join(' ');
}

function valuesText(values: Readonly<Record<string, unknown>>): string {
  return `values: ${pairsText(values)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'not there';
  return value === null ? 'unknown' : JSON.stringify(value);
}

function words(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .trimEnd();
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `         ${line}`);
}
