import fc from 'fast-check';
import type { Command } from '../../rules/engine.js';
import type { JsonValue, Message } from '../../rules/reading.js';
import { LINES, MACHINES } from './random-layout.js';
import type { RandomRule } from './random-rule.js';
import { oneOf, quarter } from './random-source.js';

/** One input of an engine, as plain data. */
export type EngineInput =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'advance'; readonly time: number }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  | { readonly kind: 'offset'; readonly ms: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'connection'; readonly name: string; readonly isUp: boolean }
  | { readonly kind: 'silence'; readonly topic: string; readonly isSilent: boolean }
  /** The plan of the case without these rules. */
  | { readonly kind: 'replan'; readonly without: readonly string[] };

/** An input before the rules of its case are known: times since the input before, topics by number. */
type Drawn =
  | ({ readonly kind: 'message' } & DrawnMessage)
  | { readonly kind: 'advance'; readonly afterMs: number }
  | { readonly kind: 'gap'; readonly afterMs: number; readonly lengthMs: number }
  | { readonly kind: 'offset'; readonly ms: number }
  | {
      readonly kind: 'command';
      readonly command: 'reset' | 'forget';
      readonly rule: number;
      readonly key: number;
    }
  | { readonly kind: 'connection'; readonly name: string; readonly isUp: boolean }
  | { readonly kind: 'silence'; readonly topic: number; readonly isSilent: boolean }
  | { readonly kind: 'replan'; readonly without: number };

interface DrawnMessage {
  readonly afterMs: number;
  /** How much older than its arrival it is; below 0: its time is later, and is cut. */
  readonly ageMs: number;
  readonly topic: number;
  readonly value: JsonValue;
  readonly state: boolean;
  readonly retain: boolean;
  /** Which grace of the case, `null`: that of its topic. */
  readonly grace: number | null;
  /** Which connection, `null`: that of its topic. */
  readonly source: number | null;
}

/** How often values come that are none, or of the wrong kind. */
export type Mess = 'tidy' | 'some' | 'wild';

/** Midnight, and two minutes before the clock of Berlin skips and repeats an hour. */
const STARTS = [Date.UTC(2026, 0, 1), Date.UTC(2026, 2, 29, 0, 58), Date.UTC(2026, 9, 25, 0, 58)];

/** Connections, one of which is always up. */
const SOURCES = [undefined, 'p', 'q'];

const step = oneOf<number>(
  [6, fc.constantFrom(5_000, 10_000)],
  [3, fc.constant(0)],
  [3, fc.constantFrom(20_000, 30_000)],
  [1, fc.constantFrom(1, 9_999, 10_001)],
);

const age = oneOf<number>(
  [8, fc.constant(0)],
  [2, fc.constantFrom(5_000, 10_000, 20_000)],
  [1, fc.constantFrom(1, 30_000, 60_000, 60_001, 70_000, -5_000)],
);

/** Of three sources, in ms; mostly nobody waits for anything. */
const graces = oneOf<readonly number[]>(
  [3, fc.constant([0, 0, 0])],
  [1, fc.array(fc.constantFrom(0, 1, 2_000, 10_000, 45_000), { minLength: 3, maxLength: 3 })],
);

/** The inputs of a case; `rules` decides which topics there are. */
export function randomInputs(mess: Mess): fc.Arbitrary<(rules: readonly RandomRule[]) => EngineInput[]> {
  // Without bias, which would make most of them short.
  const drawn = fc.noBias(fc.array(randomDrawn(mess), { minLength: 1, maxLength: 40, size: 'max' }));
  return fc.tuple(drawn, fc.constantFrom(...STARTS), graces).map(
    ([list, start, ofCase]) =>
      (rules) =>
        placed(list, rules, { start, graces: ofCase }),
  );
}

function randomDrawn(mess: Mess): fc.Arbitrary<Drawn> {
  const message = fc.record({
    kind: fc.constant('message' as const),
    afterMs: step,
    ageMs: age,
    // Mostly those of one machine, so that much happens to it.
    topic: oneOf<number>([3, fc.nat(4)], [2, fc.nat(63)]),
    value: randomValue(mess),
    state: fc.boolean(),
    retain: oneOf([15, fc.constant(false)], [1, fc.constant(true)]),
    grace: oneOf<number | null>([15, fc.constant(null)], [1, fc.nat(2)]),
    source: oneOf<number | null>([10, fc.constant(null)], [1, fc.nat(2)]),
  });
  const command = fc.record({
    kind: fc.constant('command' as const),
    command: fc.constantFrom('reset' as const, 'reset' as const, 'forget' as const),
    rule: fc.nat(3),
    key: oneOf<number>([2, fc.constant(0)], [1, fc.nat(3)]),
  });
  return oneOf<Drawn>(
    [30, message],
    [4, step.map((afterMs) => ({ kind: 'advance', afterMs }))],
    [1, fc.tuple(step, step).map(([afterMs, lengthMs]) => ({ kind: 'gap', afterMs, lengthMs }))],
    [1, fc.constantFrom(0, 3_600_000, -5_000, 1).map((ms) => ({ kind: 'offset', ms }))],
    [3, command],
    [3, fc.record({ kind: fc.constant('connection'), name: fc.constantFrom('p', 'q'), isUp: fc.boolean() })],
    [1, fc.record({ kind: fc.constant('silence'), topic: fc.nat(4), isSilent: fc.boolean() })],
    // Mostly none go.
    [1, fc.constantFrom(0, 0, 0, 1, 2, 4).map((without) => ({ kind: 'replan', without }))],
  );
}

function randomValue(mess: Mess): fc.Arbitrary<JsonValue> {
  const near = fc.constantFrom(0, 10, 15, 20, 25, 30, 35, 19.75, 20.25);
  const number = oneOf<JsonValue>([5, near], [2, quarter]);
  const wrong = fc.constantFrom<JsonValue>('ON', 'OFF', true, false, null, '7', 2 ** 60);
  if (mess === 'tidy') return number;
  return oneOf<JsonValue>([mess === 'some' ? 8 : 2, number], [1, wrong]);
}

/** Gives every input its time, and every message a topic that some rule reads. */
function placed(
  list: readonly Drawn[],
  rules: readonly RandomRule[],
  { start, graces }: { start: number; graces: readonly number[] },
): EngineInput[] {
  const topics = topicsOf(rules);
  const inputs: EngineInput[] = [];
  const gone = new Set<string>();
  let now = start;
  for (const drawn of list) {
    if ('afterMs' in drawn) now += drawn.afterMs;
    inputs.push(placedAt(drawn, now, { topics, rules, graces, gone }));
    if (drawn.kind === 'gap') now += drawn.lengthMs;
  }
  return inputs;
}

interface Placing {
  readonly topics: readonly string[];
  readonly rules: readonly RandomRule[];
  readonly graces: readonly number[];
  /** Rules that went do not come back. */
  readonly gone: Set<string>;
}

function placedAt(drawn: Drawn, now: number, { topics, rules, graces, gone }: Placing): EngineInput {
  switch (drawn.kind) {
    case 'message':
      return { kind: 'message', message: messageOf(drawn, { topics, graces }, now) };
    case 'advance':
      return { kind: 'advance', time: now };
    case 'gap':
      return { kind: 'gap', from: now, to: now + drawn.lengthMs };
    case 'offset':
    case 'connection':
      return drawn;
    case 'silence':
      return { ...drawn, topic: topics[drawn.topic % topics.length] ?? 'x' };
    case 'replan':
      rules.forEach((_, index) => {
        if (((drawn.without >> index) & 1) === 1) gone.add(ruleId(index));
      });
      return { kind: 'replan', without: [...gone] };
    case 'command':
      return { kind: 'command', command: commandOf(drawn, rules) };
  }
}

function messageOf(
  drawn: DrawnMessage,
  { topics, graces }: Pick<Placing, 'topics' | 'graces'>,
  now: number,
): Message {
  const grace = graces[(drawn.grace ?? drawn.topic % topics.length) % graces.length] ?? 0;
  const topic = topics[drawn.topic % topics.length] ?? 'x';
  const source = SOURCES[drawn.source ?? topic.length % SOURCES.length];
  return {
    topic,
    payload: payloadOf(topic, drawn),
    time: now - drawn.ageMs,
    arrival: now,
    ...(drawn.retain ? { retain: true } : {}),
    ...(source === undefined ? {} : { source }),
    ...(grace === 0 ? {} : { grace }),
  };
}

/** Numbers for most topics; wrong values stay what they are everywhere. */
function payloadOf(topic: string, { value, state }: DrawnMessage): JsonValue {
  if (topic.endsWith('/run') && typeof value === 'number') return state;
  if (topic.endsWith('/mode') && typeof value === 'number') return state ? 'ON' : 'OFF';
  if (topic.endsWith('/rec')) return { a: value, b: { c: state ? 12.5 : 22.5 }, l: [state, 1] };
  return value;
}

/** The concrete topics that the rules' inputs read, machine by machine. */
function topicsOf(rules: readonly RandomRule[]): string[] {
  const patterns = rules.flatMap(({ layout }) => layout.inputs.map(({ topic }) => topic));
  const topics = LINES.flatMap((line) =>
    MACHINES.flatMap((machine) => patterns.map((pattern) => concrete(pattern, line, machine))),
  );
  return [...new Set(topics)];
}

function concrete(pattern: string, line: string, machine: string): string {
  return pattern
    .replace('{line}', line)
    .replace('{m}', machine)
    .replace('f/+/', `f/${line}/`)
    .replace('+', machine)
    .replace('#', `${machine}/x`);
}

function commandOf(drawn: Drawn & { kind: 'command' }, rules: readonly RandomRule[]): Command {
  const index = drawn.rule % rules.length;
  const values = { line: LINES[drawn.key % 2] ?? '', m: MACHINES[drawn.key >> 1] ?? '' };
  const labels = Object.entries(values).filter(([name]) => rules[index]?.layout.labels.includes(name));
  return { kind: drawn.command, rule: ruleId(index), labels: Object.fromEntries(labels) };
}

/** The id of a rule by its place in the case; not in order, so that order by id is seen. */
export function ruleId(index: number): string {
  return ['b', 'a', 'c'][index] ?? `d${index}`;
}
