import type { Expression } from '../expression.js';
import type { Aggregate, Signal, Window } from '../rule.js';
import { COUNT_MAX } from './condition-shapes.js';
import { guessDuration, parseDuration } from './duration.js';
import { AGGREGATE_TRAITS, type FunctionName } from './function-names.js';
import type { Span } from './json-tree.js';
import { ExpressionError, type Token } from './tokenize-expression.js';

/** `avg(temp, '5m')` as it was parsed. */
export interface AggregateCall {
  readonly name: Token;
  readonly found: FunctionName;
  readonly args: readonly Expression[];
  readonly place: Span;
  /** The whole expression. */
  readonly text: string;
}

interface Surroundings {
  /** Where the parts of the expression stand; the aggregate's signal is added. */
  readonly ranges: Map<object, Span>;
  readonly inputOf: (name: string) => string;
}

/** The aggregate that a call stands for, as if written as an object. Throws `ExpressionError`. */
export function aggregateCall(call: AggregateCall, surroundings: Surroundings): Aggregate {
  const { found, args } = call;
  const [signal, window] = args;
  const { option, isTimeWeighted } = AGGREGATE_TRAITS[found.function];
  if (option === 'ahead' || option === 'limit') throw needsObject(call);
  if (!signal || !window || args.length > 2) {
    throw wrong(call, call.place, `\`${call.name.text}\` takes a signal and a window.`);
  }
  const place = surroundings.ranges.get(window) ?? call.place;
  return {
    kind: 'aggregate',
    function: found.function,
    percent: found.percent,
    of: signalOf(call, signal, surroundings),
    window: isTimeWeighted ? timeWindow(call, window, place) : windowOf(call, window, place),
    where: [],
    minCount: null,
    full: false,
    perMs: 1000,
    aheadMs: null,
    limit: null,
  };
}

function wrong({ name }: AggregateCall, place: Span, message: string): ExpressionError {
  const hint = `Write ${name.text}(signal, '5m') or ${name.text}(signal, 100).`;
  return new ExpressionError(place, message, hint, 'wrong-arguments');
}

function needsObject({ name }: AggregateCall): ExpressionError {
  const message = `\`${name.text}\` needs more than a window and cannot be called.`;
  const hint = `Give it a name in \`let\`: { "${name.text}": signal, "over": "5m", … }.`;
  return new ExpressionError(name, message, hint, 'wrong-arguments');
}

function signalOf(call: AggregateCall, expression: Expression, { ranges, inputOf }: Surroundings): Signal {
  const range = ranges.get(expression) ?? call.place;
  const signal: Signal =
    expression.kind === 'name'
      ? { kind: 'name', name: inputOf(expression.name) }
      : { kind: 'expression', expression, source: call.text.slice(range.start, range.end) };
  ranges.set(signal, range);
  return signal;
}

function timeWindow(call: AggregateCall, expression: Expression, place: Span): Window {
  const window = windowOf(call, expression, place);
  if (window.kind !== 'count') return window;
  const { text } = call.name;
  const message = `\`${text}\` weighs values by the time they hold; a number of readings has no length.`;
  throw new ExpressionError(place, message, `Write ${text}(signal, '5m').`, 'bad-window');
}

function windowOf(call: AggregateCall, expression: Expression, place: Span): Window {
  const value = expression.kind === 'literal' ? expression.value : null;
  if (typeof value === 'string') return slidingWindow(value, place);
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= COUNT_MAX) {
    return { kind: 'count', count: value };
  }
  throw wrong(call, place, `A window is a quoted duration or a whole number of readings up to ${COUNT_MAX}.`);
}

function slidingWindow(text: string, place: Span): Window {
  const overMs = parseDuration(text);
  if (overMs !== null && overMs > 0) return { kind: 'sliding', overMs };
  const guess = overMs === null ? guessDuration(text) : null;
  const hint = guess && `Write '${guess}'.`;
  throw new ExpressionError(place, `'${text}' is no duration above zero.`, hint, 'bad-duration');
}
