import { createHash } from 'node:crypto';
import type { Snapshot } from '../engine.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import type { WindowSet } from '../windows/window-set.js';
import { compareCodePoints } from './code-point-order.js';
import type { RuleEngine } from './rule-engine.js';
import type { RuleRuntime } from './rule-runtime.js';
import { StateReader, StateWriter } from './state.js';

interface SnapshotData {
  readonly now: number;
  readonly step: number;
  readonly offset: number;
  /** Topics bound, in order: binding them again makes the same series, pools and windows. */
  readonly topics: readonly (readonly [
    topic: string,
    isHeard: boolean,
    source: string | undefined,
    isSilent: boolean,
  ])[];
  readonly connections: readonly unknown[];
  readonly series: readonly (readonly [topic: string, field: string, state: readonly unknown[]])[];
  readonly pools: readonly (readonly [key: string, members: readonly string[], state: readonly unknown[]])[];
  readonly instances: readonly (readonly [
    rule: string,
    labels: readonly string[],
    state: readonly unknown[],
  ])[];
  readonly rules: Readonly<Record<string, string>>;
}

/**
 * The whole state of an engine as plain data, in an order that depends on the state alone: what nobody looked at for a
 * while is brought up to the moment first, unless timers of this moment are still due, whose steps that must be left to.
 */
export function saveSnapshot({ moment, binder, connections, population }: RuleEngine): Snapshot {
  const { runtimes } = population;
  const isSettled = !some(population.all(), ({ deadline }) => deadline <= moment.now);
  if (isSettled) for (const source of binder.sources()) binder.windowsOf(source).advance();
  const data: SnapshotData = {
    now: moment.now,
    step: moment.step,
    offset: moment.offset,
    topics: [...binder.bindings.values()].map(
      ({ topic, isHeard, source, isSilent }) => [topic, isHeard, source, isSilent] as const,
    ),
    connections: stateOf(connections),
    series: [...binder.sources()]
      .filter((source) => source instanceof Series)
      .map((series) => [series.topic, series.field, saved(series, binder.windowsOf(series))] as const)
      .sort((a, b) => compareCodePoints(a[0], b[0]) || compareCodePoints(a[1], b[1])),
    pools: [...binder.pools]
      .filter(([, pool]) => pool.members.length > 0)
      .map(
        ([key, pool]) =>
          [key, pool.members.map(({ topic }) => topic), saved(pool, binder.windowsOf(pool))] as const,
      )
      .sort((a, b) => compareCodePoints(a[0], b[0])),
    instances: runtimes.flatMap(savedInstances),
    rules: Object.fromEntries(runtimes.map(({ rule, text }) => [rule.id, hashOf(text)])),
  };
  return { version: 1, data };
}

/** Into an engine that has seen nothing. Instances of rules that are gone or changed are left out. */
export function loadSnapshot(engine: RuleEngine, snapshot: Snapshot): void {
  const { moment, binder, connections, population } = engine;
  if (binder.bindings.size > 0) throw new Error('a snapshot is loaded into a new engine only');
  const data = snapshot.data as SnapshotData;
  moment.now = data.now;
  moment.step = data.step;
  moment.offset = data.offset;
  connections.load(new StateReader(data.connections));
  for (const [topic, isHeard, source, isSilent] of data.topics) {
    const binding = binder.bind(topic);
    if (binding === null) continue;
    binding.silence(isSilent);
    if (isHeard) connections.hear(binding, source);
  }
  for (const [topic, field, state] of data.series) {
    const binding = binder.bindings.get(topic);
    const series = binding?.series.find((candidate) => candidate.field === field);
    if (series !== undefined) restore(new StateReader(state), series, binder.windowsOf(series));
  }
  for (const [key, , state] of data.pools) {
    const pool = binder.pools.get(key);
    if (pool !== undefined) restore(new StateReader(state), pool, binder.windowsOf(pool));
  }
  const unchanged = new Map(population.runtimes.map((runtime) => [runtime.rule.id, runtime]));
  for (const [id, { text }] of unchanged) if (hashOf(text) !== data.rules[id]) unchanged.delete(id);
  for (const [rule, labels, state] of data.instances) {
    const runtime = unchanged.get(rule);
    if (runtime === undefined) continue;
    population.begin(runtime, runtime.slot(labels)).load(new StateReader(state), moment);
  }
}

function saved(source: ReadingSource, windows: WindowSet): unknown[] {
  const writer = new StateWriter();
  source.save(writer);
  windows.save(writer);
  return writer.values;
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}

function stateOf(node: { save(writer: StateWriter): void }): readonly unknown[] {
  const writer = new StateWriter();
  node.save(writer);
  return writer.values;
}

function restore(reader: StateReader, source: ReadingSource, windows: WindowSet): void {
  source.load(reader);
  windows.load(reader);
}

function savedInstances(runtime: RuleRuntime): SnapshotData['instances'][number][] {
  return [...runtime.slots.values()]
    .sort((a, b) => compareCodePoints(a.key, b.key))
    .flatMap(({ instance, labelValues }) => {
      if (instance === null) return [];
      return [[runtime.rule.id, labelValues, stateOf(instance)] as const];
    });
}

/** What a rule says, in few characters: state is taken over only by a rule that says the same. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
