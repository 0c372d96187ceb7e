import type { Engine } from '../../rules/engine.js';
import type { Benchmark, Group, Row, Sample } from './benchmark.js';
import { BARE_RULE, engineFor, MACHINE_INPUT, type RuleText } from './engine-for.js';
import { bytesInUse, residentBytes } from './measure.js';
import { MessageStream, machineTopics } from './message-stream.js';

const INSTANCES = 5000;
const AREAS = 100;
const MACHINES_PER_AREA = 100;
/** A reading a minute for an hour. */
const READINGS_PER_MACHINE = 60;

const minutes = (topics: readonly string[]) =>
  new MessageStream({ topics, everyMs: 60_000, payload: (random) => 40 + random * 40 });

/** Feeds without keeping the messages. */
function feedNext(engine: Engine, stream: MessageStream, count: number): number {
  let events = 0;
  for (let i = 0; i < count; i++) events += engine.message(stream.next()).length;
  return events;
}

function memorySample(operations: number, bytes: number, result: number): Sample {
  return { operations, wallNs: 0, cpuNs: 0, bytes, result };
}

// ---- heap of an instance, its series and topic included ----

const instances = (name: string, rule: RuleText, readings: number): Benchmark => ({
  id: `memory/${name}`,
  run(scale) {
    const machines = Math.ceil(INSTANCES * scale);
    const stream = minutes(machineTopics(machines));
    // One machine more: what loading a rule and the first message leave behind is no instance's.
    const engine = engineFor([rule]);
    const first = { topic: 'plant/l/m/x', payload: 0, time: 0, arrival: 0 };
    engine.message(first);
    const before = bytesInUse();
    const events = feedNext(engine, stream, machines * readings);
    const bytes = bytesInUse() - before;
    return memorySample(engine.counters.instances - 1, bytes, events);
  },
});

const instanceRow = (what: string, rule: RuleText, readings = 2): Row => ({
  what: `an instance: ${what}`,
  benchmark: instances(what, rule, readings),
  unit: 'bytes',
  reference: null,
  target: null,
});

// ---- a large site: every machine is read by ten rules ----

/** What stands in the rules of one area, for the `x` of its machines. */
const LARGE_SITE: readonly RuleText[] = [
  { when: { value: 'x', above: 85, deadband: 5, for: '30s' } },
  { when: { value: 'x', above: 90, deadband: 5, for: '30s' }, severity: 'critical' },
  { when: { value: 'x', below: 30, for: '5m', keepFor: '1m' } },
  { when: { value: 'x', outside: [20, 95] } },
  { when: { avg: 'x', over: '10m', minCount: 5, above: 85 } },
  { when: { avg: 'x', over: '1h', full: true, above: 75 } },
  { when: { max: 'x', over: 60, above: 95 } },
  { when: 'x * 1.8 + 32 > 190' },
  { when: { absent: 'x', for: '10m' } },
  { when: { warning: { value: 'x', above: 82 }, critical: { value: 'x', above: 92, for: '1m' } } },
];

const largeSite: Benchmark = {
  id: 'memory/large-site',
  run(scale) {
    const machines = Math.ceil(MACHINES_PER_AREA * scale);
    const areas = Array.from({ length: Math.ceil(AREAS * scale) }, (_, area) => `plant/area-${area}`);
    const rules = areas.flatMap((area) =>
      LARGE_SITE.map((rule): RuleText => ({ inputs: { x: `${area}/{machine}/x` }, ...rule })),
    );
    const topics = Array.from({ length: machines }, (_, machine) => `m${machine}/x`).flatMap((rest) =>
      areas.map((area) => `${area}/${rest}`),
    );
    const engine = engineFor(rules);
    const events = feedNext(engine, minutes(topics), topics.length * READINGS_PER_MACHINE);
    const bytes = residentBytes();
    // The engine is used after the measurement, so that it is there during it.
    return memorySample(1, bytes, events + engine.counters.instances);
  },
};

const emptyProcess: Benchmark = {
  id: 'memory/empty-process',
  run: () => memorySample(1, residentBytes(), 0),
};

export const memoryBenchmarks: Group = {
  name: 'memory',
  title: 'Memory',
  rows: [
    instanceRow('threshold', BARE_RULE),
    instanceRow('threshold with for and keepFor', {
      inputs: MACHINE_INPUT,
      when: { value: 'x', above: 80, for: '30s', keepFor: '1m' },
    }),
    instanceRow(
      'average over 60 readings',
      {
        inputs: MACHINE_INPUT,
        when: { avg: 'x', over: 60, above: 80 },
      },
      READINGS_PER_MACHINE,
    ),
    instanceRow(
      'p95 over 60 readings',
      {
        inputs: MACHINE_INPUT,
        when: { p95: 'x', over: 60, above: 80 },
      },
      READINGS_PER_MACHINE,
    ),
    {
      what: 'process: 1,000 rules, 10,000 series, 100,000 instances',
      benchmark: largeSite,
      unit: 'megabytes',
      reference: { name: 'the same process without', benchmark: emptyProcess, compare: 'difference' },
      target: { bound: 'at most', value: 250, of: 'measured' },
    },
  ],
};
