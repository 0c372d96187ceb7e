import type { Message } from '../../rules/reading.js';
import type { Benchmark, Group, Row } from './benchmark.js';
import { BARE_RULE, engineFor, MACHINE_INPUT, type RuleText } from './engine-for.js';
import { feed, measure } from './measure.js';
import { MessageStream, machineTopics } from './message-stream.js';

const INSTANCES = 1000;
const MANY_RULES = 300;
const MANY_RULES_MACHINES = 10;
const WINDOW_MACHINES = 4;
const TENTHS_PER_HOUR = 36_000;

const count = (usual: number, scale: number) => Math.ceil(usual * scale);

// ---- one threshold rule ----

const thresholdStream = (hasOwnStrings: boolean) =>
  new MessageStream({
    topics: machineTopics(INSTANCES),
    hasOwnStrings,
    everyMs: 1000,
    // One reading in 10,000 is above 80, and the alert ends with the next.
    payload: (random) => 60 + random * 20.002,
  });

const threshold = (hasOwnStrings: boolean): Benchmark => ({
  id: `engine/threshold${hasOwnStrings ? '-own-strings' : ''}`,
  run(scale) {
    const stream = thresholdStream(hasOwnStrings);
    const engine = engineFor([BARE_RULE]);
    feed(engine, stream.take(count(1_000_000, scale)));
    const messages = stream.take(count(1_000_000, scale));
    return measure(messages.length, () => feed(engine, messages));
  },
});

/** What one would write without an engine: look the machine up, compare, note the change. */
const closure = (hasOwnStrings: boolean): Benchmark => ({
  id: `engine/closure${hasOwnStrings ? '-own-strings' : ''}`,
  run(scale) {
    const stream = thresholdStream(hasOwnStrings);
    const machines = new Map<string, { isHot: boolean }>();
    const take = ({ topic, payload }: Message): number => {
      let machine = machines.get(topic);
      if (machine === undefined) {
        machine = { isHot: false };
        machines.set(topic, machine);
      }
      if (typeof payload !== 'number') return 0;
      const isHot = payload > 80;
      if (isHot === machine.isHot) return 0;
      machine.isHot = isHot;
      return 1;
    };
    const run = (messages: readonly Message[]) => {
      let events = 0;
      for (let i = 0; i < messages.length; i++) {
        const message = messages[i];
        if (message !== undefined) events += take(message);
      }
      return events;
    };
    run(stream.take(count(1_000_000, scale)));
    const messages = stream.take(count(1_000_000, scale));
    return measure(messages.length, () => run(messages));
  },
});

const thresholdRow = (what: string, hasOwnStrings: boolean): Row => ({
  what,
  benchmark: threshold(hasOwnStrings),
  unit: 'per second',
  reference: { name: 'hand-written closure', benchmark: closure(hasOwnStrings), compare: 'ratio' },
  target: { bound: 'at least', value: 5e6, of: 'measured' },
});

// ---- 300 rules bound to every message ----

const manyRules: Benchmark = {
  id: 'engine/many-rules',
  run(scale) {
    const rules = Array.from({ length: MANY_RULES }, (_, index) => ({
      inputs: { x: { topic: 'plant/{line}/{machine}/x', field: 'temperature' } },
      when: { value: 'x', above: 80 + index / 100 },
    }));
    const engine = engineFor(rules);
    const stream = new MessageStream({
      topics: machineTopics(MANY_RULES_MACHINES),
      everyMs: 1000,
      payload: (random) => ({ temperature: 60 + random * 20.002, humidity: 40 }),
    });
    feed(engine, stream.take(count(10_000, scale)));
    const messages = stream.take(count(20_000, scale));
    return measure(messages.length * MANY_RULES, () => feed(engine, messages));
  },
};

// ---- long windows ----

/** Windows are full before the clock starts; then the long one is passed through twice. */
const slidingWindow = (aggregate: 'avg' | 'p95', over: '10s' | '1h'): Benchmark => ({
  id: `engine/${aggregate}-over-${over}`,
  run(scale) {
    const rule: RuleText = { inputs: MACHINE_INPUT, when: { [aggregate]: 'x', over, above: 100 } };
    const engine = engineFor([rule]);
    const stream = new MessageStream({
      topics: machineTopics(WINDOW_MACHINES),
      everyMs: 100,
      payload: (random) => 60 + random * 20,
    });
    const windowful = count(TENTHS_PER_HOUR * WINDOW_MACHINES, scale);
    feed(engine, stream.take(windowful));
    feed(engine, stream.take(windowful));
    const messages = stream.take(2 * windowful);
    return measure(messages.length, () => feed(engine, messages));
  },
});

const windowRow = (what: string, aggregate: 'avg' | 'p95'): Row => ({
  what,
  benchmark: slidingWindow(aggregate, '1h'),
  unit: 'ns',
  reference: { name: 'over 10 s', benchmark: slidingWindow(aggregate, '10s'), compare: 'ratio' },
  target: { bound: 'at most', value: 1.2, of: 'ratio' },
});

export const engineBenchmarks: Group = {
  name: 'engine',
  title: 'Engine',
  rows: [
    thresholdRow('one threshold rule, 1,000 instances (readings)', false),
    thresholdRow('the same, a new topic string with each message', true),
    {
      what: '300 rules on every message (rule evaluations)',
      benchmark: manyRules,
      unit: 'per second',
      reference: { name: 'eKuiper, published, 2 cores', published: 150_000, compare: 'ratio' },
      target: { bound: 'at least', value: 5e6, of: 'measured' },
    },
    windowRow('average over 1 h at 10 Hz (a reading)', 'avg'),
    windowRow('p95 over 1 h at 10 Hz (a reading)', 'p95'),
  ],
};
