import type { Benchmark, Group, Row } from './benchmark.js';
import { BARE, CONSTRUCTS, type Construct } from './constructs.js';
import { BARE_RULE, engineFor } from './engine-for.js';
import { feed, measure } from './measure.js';
import { MessageStream, machineTopics, type StreamOptions } from './message-stream.js';

const MACHINES = 100;
const WARM_UP = 100_000;
const MEASURED = 300_000;
const INSTANCES_MADE = 50_000;

const STREAM: StreamOptions = {
  topics: machineTopics(MACHINES),
  everyMs: 1000,
  payload: (random) => 40 + random * 40,
};

const benchmarks = new Map(
  [BARE, ...CONSTRUCTS].map((construct) => [construct.name, benchmarkOf(construct)]),
);

function benchmarkOf({ name, rules, stream: options, share = 1 }: Construct): Benchmark {
  return {
    id: `constructs/${name}`,
    run(scale) {
      const engine = engineFor(rules);
      const stream = new MessageStream({ ...STREAM, ...options });
      feed(engine, stream.take(Math.ceil(WARM_UP * scale * share)));
      const messages = stream.take(Math.ceil(MEASURED * scale * share));
      return measure(messages.length, () => feed(engine, messages));
    },
  };
}

/** A host that lets time pass before each message, as one with timers does. */
const advancing: Benchmark = {
  id: 'constructs/advance before each message',
  run(scale) {
    const engine = engineFor([BARE_RULE]);
    const stream = new MessageStream(STREAM);
    feed(engine, stream.take(Math.ceil(WARM_UP * scale)));
    const messages = stream.take(Math.ceil(MEASURED * scale));
    return measure(messages.length, () => {
      let events = 0;
      for (const message of messages) {
        events += engine.advance(message.arrival).length;
        events += engine.message(message).length;
      }
      return events;
    });
  },
};

/** What a machine costs that was never heard of before. */
const beginning: Benchmark = {
  id: 'constructs/first reading of an instance',
  run(scale) {
    const made = Math.ceil(INSTANCES_MADE * scale);
    const engine = engineFor([{ ...BARE_RULE, maxInstances: 2 * INSTANCES_MADE }]);
    const stream = new MessageStream({ ...STREAM, topics: machineTopics(2 * made) });
    feed(engine, stream.take(made));
    const messages = stream.take(made);
    return measure(made, () => feed(engine, messages));
  },
};

function named(name: string): Benchmark {
  const benchmark = benchmarks.get(name);
  if (benchmark === undefined) throw new Error(`there is no construct ${name}`);
  return benchmark;
}

function rowOf(what: string, benchmark: Benchmark, over: string | null): Row {
  const reference =
    over === null ? null : { name: over, benchmark: named(over), compare: 'difference' as const };
  return { what, benchmark, unit: 'ns', reference, target: null };
}

export const constructBenchmarks: Group = {
  name: 'constructs',
  title: 'Constructs',
  rows: [
    rowOf(BARE.name, named(BARE.name), null),
    ...CONSTRUCTS.map(({ name, over = BARE.name }) => rowOf(name, named(name), over)),
    rowOf('advance before each message', advancing, BARE.name),
    rowOf('first reading of an instance', beginning, BARE.name),
  ],
};
