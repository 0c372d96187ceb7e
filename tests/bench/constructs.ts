import type { JsonValue } from '../../rules/reading.js';
import type { AggregateFunction, Comparison, Condition, Signal, Window } from '../../rules/rule.js';
import { BARE_RULE, isBuilt, MACHINE_INPUT, type RuleText } from './engine-for.js';
import { machineTopics, type StreamOptions } from './message-stream.js';

/** A rule with one construct in it. Its cost is what it costs more than another, by default the bare threshold rule. */
export interface Construct {
  readonly name: string;
  readonly rules: readonly RuleText[];
  readonly over?: string;
  readonly stream?: Partial<StreamOptions>;
  /** How much of the usual work is enough; by default all of it. */
  readonly share?: number;
}

type Parts<Kind extends string> = Readonly<Record<Kind, Omit<Construct, 'name'>>>;

/** Values are in [40, 80): what is above 60 changes half the time, what is above 80 never. */
const NEVER = { value: 'x', above: 80 } as const;
const CHANGING = { value: 'x', above: 60 } as const;

const rule = (when: JsonValue, more: RuleText = {}): RuleText => ({ inputs: MACHINE_INPUT, when, ...more });
const one = (when: JsonValue, more: RuleText = {}) => ({ rules: [rule(when, more)] });
/** In an `all` that never comes true, so that only the construct costs and no event does. */
const muted = (condition: JsonValue) => ({ ...one({ all: [condition, NEVER] }), over: 'all of two' });
const average = (window: RuleText) => one({ avg: 'x', ...window, above: 100 });
const over1m = (aggregate: RuleText) => one({ ...aggregate, over: '1m', above: 1e9 });

const AVERAGE = 'avg over 1m';

// The records name every kind there is: a new one does not compile until it is here.

const comparators: Parts<Comparison['comparator']> = {
  above: one(NEVER),
  atLeast: one({ value: 'x', atLeast: 80 }),
  below: one({ value: 'x', below: 40 }),
  atMost: one({ value: 'x', atMost: 39 }),
  equals: one({ value: 'x', equals: 80 }),
  notEquals: muted({ value: 'x', notEquals: 80 }),
  in: one({ value: 'x', in: [80, 81, 82] }),
  notIn: muted({ value: 'x', notIn: [80, 81, 82] }),
  between: one({ value: 'x', between: [80, 90] }),
  outside: one({ value: 'x', outside: [40, 80] }),
};

const conditions: Parts<Exclude<Condition['kind'], 'compare'>> = {
  expression: one('x * 1.8 + 32 > 176'),
  absent: one({ absent: 'x', for: '10s' }),
  changed: muted({ changed: 'x' }),
  all: one({ all: [CHANGING, NEVER, CHANGING] }),
  any: muted({ any: [CHANGING, NEVER, CHANGING] }),
  not: muted({ not: CHANGING }),
  some: one({ some: 3, of: [CHANGING, NEVER, CHANGING] }),
  sequence: muted({ sequence: [CHANGING, { value: 'x', below: 50 }], within: '10s' }),
  after: muted({ after: CHANGING, expect: { value: 'x', below: 50 }, within: '10s' }),
  times: muted({ ...CHANGING, times: 3, within: '10s' }),
  for: muted({ ...CHANGING, for: '10s' }),
  keepFor: muted({ ...CHANGING, keepFor: '10s' }),
};

const signals: Parts<Exclude<Signal['kind'], 'aggregate' | 'value'>> = {
  name: one({ value: 'alias', above: 80 }, { let: { alias: 'x' } }),
  previous: one({ previous: 'x', above: 80 }),
  expression: one({ value: 'fahrenheit', above: 176 }, { let: { fahrenheit: 'x * 1.8 + 32' } }),
  lookup: {
    ...one({ value: 'x', above: { lookup: 'limits', column: 'max', default: 80 } }),
    over: 'limit that is a signal',
  },
  ewma: one({ ewma: 'x', halfLife: '1m', above: 80 }),
  // Ten machines to a line.
  across: one({ max: 'x', across: 'machine', above: 80 }, { groupBy: ['line'] }),
};

const windows: Parts<Window['kind']> = {
  sliding: average({ over: '1m' }),
  count: average({ over: 60 }),
  aligned: average({ over: '1m', every: '10s' }),
  session: average({ session: '10s', longest: '1m' }),
  during: average({ during: CHANGING }),
};

const functions: Parts<AggregateFunction> = {
  count: over1m({ count: 'x' }),
  sum: over1m({ sum: 'x' }),
  avg: over1m({ avg: 'x' }),
  min: over1m({ min: 'x' }),
  max: over1m({ max: 'x' }),
  range: over1m({ range: 'x' }),
  first: over1m({ first: 'x' }),
  last: over1m({ last: 'x' }),
  delta: over1m({ delta: 'x' }),
  stddev: over1m({ stddev: 'x' }),
  variance: over1m({ variance: 'x' }),
  median: over1m({ median: 'x' }),
  percentile: over1m({ p95: 'x' }),
  rms: over1m({ rms: 'x' }),
  mad: over1m({ mad: 'x' }),
  zscore: over1m({ zscore: 'x' }),
  increase: over1m({ increase: 'x' }),
  rate: over1m({ rate: 'x' }),
  changes: over1m({ changes: 'x' }),
  distinct: over1m({ distinct: 'x' }),
  slope: over1m({ slope: 'x' }),
  predict: over1m({ predict: 'x', ahead: '1h' }),
  timeTo: over1m({ timeTo: 'x', limit: 100 }),
  timeAvg: over1m({ timeAvg: 'x' }),
  integral: over1m({ integral: 'x' }),
  duty: over1m({ duty: 'x' }),
};

/** Of each machine of one line of so many. */
const line = (function_: RuleText, machines: number): Omit<Construct, 'name'> => ({
  ...one({ ...function_, across: 'machine', above: 1e9 }, { groupBy: [] }),
  stream: { topics: machineTopics(machines) },
});

const acrossMany: readonly Construct[] = [
  { name: 'max across 100', ...line({ max: 'x' }, 100) },
  { name: 'stddev across 100', ...line({ stddev: 'x' }, 100) },
  { name: 'median across 100', ...line({ median: 'x' }, 100) },
  { name: 'max across 5,000', ...line({ max: 'x' }, 5000), share: 0.06 },
  { name: 'median across 5,000', ...line({ median: 'x' }, 5000), share: 0.06 },
];

const windowOptions: readonly Construct[] = [
  { name: 'avg where above 60', ...average({ over: '1m', where: { above: 60 } }), over: AVERAGE },
  { name: 'avg with minCount', ...average({ over: '1m', minCount: 10 }), over: AVERAGE },
  { name: 'avg when full', ...average({ over: '1m', full: true }), over: AVERAGE },
  {
    name: 'avg of an expression',
    ...one({ avg: 'double', over: '1m', above: 200 }, { let: { double: 'x * 2' } }),
    over: AVERAGE,
  },
  {
    name: 'avg, 1 in 10 late by 5 s',
    ...average({ over: '1m' }),
    over: AVERAGE,
    stream: { ageMs: (index) => (index % 10 === 0 ? 5000 : 0) },
  },
  { name: 'avg over a pool of 10', ...one({ avg: 'x', over: '1m', above: 100 }, { groupBy: ['line'] }) },
];

const inputs: readonly Construct[] = [
  { name: 'maxAge', ...one(NEVER, { inputs: { x: { topic: MACHINE_INPUT.x, maxAge: '10s' } } }) },
  {
    name: 'one of 20 fields',
    ...one(NEVER, { inputs: { x: { topic: MACHINE_INPUT.x, field: 'f10' } } }),
    stream: { payload: (random) => fields(20, random) },
  },
  {
    name: 'all of 20 fields',
    ...one('f0 + f19 > 200', { inputs: fieldInputs(20) }),
    stream: { payload: (random) => fields(20, random) },
  },
  {
    name: 'shared by 10 machines, 1 reading in 11',
    ...one('x - ambient > 60', { inputs: { ...MACHINE_INPUT, ambient: 'plant/{line}/ambient' } }),
    over: 'expression',
    stream: {
      topics: [...machineTopics(100), ...Array.from({ length: 10 }, (_, line) => `plant/l${line}/ambient`)],
    },
  },
  { name: 'pooled, 10 machines to an instance', ...one(NEVER, { groupBy: ['line'] }) },
];

const alerts: readonly Construct[] = [
  {
    name: 'absent, 1000 expected that never speak',
    ...one({ absent: 'x', for: '10s', expected: 'machines' }),
    over: 'absent',
  },
  { name: 'deadband', ...one({ ...NEVER, deadband: 5 }) },
  { name: 'limit that is a signal', ...one({ value: 'x', above: { expr: 'x + 1' } }) },
  {
    name: 'three severities',
    ...one({
      info: NEVER,
      warning: { value: 'x', above: 90 },
      critical: { value: 'x', above: 100 },
    }),
  },
  {
    name: 'firing all the time, keepFor',
    ...one({ value: 'x', above: 0 }, { keepFor: '10s' }),
  },
  { name: 'latch, latched', ...one({ value: 'x', above: 79.9 }, { latch: true }) },
  { name: 'onUnknown resolve', ...one(NEVER, { onUnknown: 'resolve' }) },
  { name: 'active', ...one(NEVER, { active: { from: '06:00', to: '22:00' } }) },
  { name: 'a second rule', rules: [BARE_RULE, BARE_RULE] },
  {
    name: 'suppressed by the other',
    rules: [BARE_RULE, { ...BARE_RULE, suppressedBy: [{ rule: 'rule-0' }] }],
    over: 'a second rule',
  },
  {
    name: 'an event with each reading',
    ...one({ value: 'x', above: 60 }),
    stream: { payload: (_, index) => (Math.floor(index / 100) % 2 === 0 ? 40 : 80) },
  },
];

const messages: readonly Construct[] = [
  { name: '1 in 10 late by 5 s', ...one(NEVER), stream: { ageMs: (index) => (index % 10 === 0 ? 5000 : 0) } },
  { name: 'a new topic string with each message', ...one(NEVER), stream: { hasOwnStrings: true } },
  { name: 'on a topic that nobody reads', ...one(NEVER), stream: { topics: machineTopics(100, 'unread') } },
];

function fields(count: number, random: number): JsonValue {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 40 + random * 40]));
}

function fieldInputs(count: number): RuleText {
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  return Object.fromEntries(names.map((field) => [field, { topic: MACHINE_INPUT.x, field }]));
}

function listed<Kind extends string>(parts: Parts<Kind>, nameOf: (kind: string) => string): Construct[] {
  return Object.entries<Omit<Construct, 'name'>>(parts).map(([kind, part]) => ({
    name: nameOf(kind),
    ...part,
  }));
}

export const BARE: Construct = { name: 'bare threshold rule', rules: [BARE_RULE] };

const WRITTEN: readonly Construct[] = [
  ...inputs,
  ...listed(signals, (kind) => `signal: ${kind}`),
  ...acrossMany,
  ...listed(windows, (kind) => (kind === 'sliding' ? AVERAGE : `avg, ${kind} window`)),
  ...listed(functions, (kind) => `${kind} over 1m`).filter(({ name }) => name !== AVERAGE),
  ...windowOptions,
  ...listed(comparators, (kind) => kind),
  { name: 'all of two', ...one({ all: [CHANGING, NEVER] }) },
  ...listed(conditions, (kind) => (kind === 'all' ? 'all of three' : kind)),
  ...alerts,
  ...messages,
];

/** Every construct that the engine has, in the order of the rule reference. */
export const CONSTRUCTS: readonly Construct[] = WRITTEN.filter(({ rules }) => isBuilt(rules));
