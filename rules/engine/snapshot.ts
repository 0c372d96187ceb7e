import type { Snapshot } from '../engine.js';
import { poolKey } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import type { WindowSet } from '../windows/window-set.js';
import type { Binder } from './binder.js';
import type { RuleEngine } from './rule-engine.js';
import { StateReader } from './state.js';
import { StateBytesReader } from './state-bytes.js';

/** Into an engine that has seen nothing. Instances of rules that are gone or changed are left out. */
export function loadSnapshot(engine: RuleEngine, { data }: Snapshot): void {
  const { moment, binder, connections } = engine;
  if (binder.bindings.size > 0) throw new Error('a snapshot is loaded into a new engine only');
  if (!(data instanceof Uint8Array)) throw new TypeError('snapshot: bytes expected');
  const bytes = new SnapshotReader(data);
  moment.now = bytes.number();
  moment.step = bytes.number();
  moment.offset = bytes.number();
  engine.isStarted = bytes.number() === 1;
  moment.gaps.load(new StateReader(bytes.list()));
  connections.load(new StateReader(bytes.list()));
  engine.functions.load(new StateReader(bytes.list()));
  const hashes = new Map(pairs(bytes.list()));
  for (let topics = bytes.number(); topics > 0; topics--) loadTopic(engine, new StateReader(bytes.list()));
  for (let pools = bytes.number(); pools > 0; pools--) {
    loadPool(binder, new StateReader(bytes.list()));
  }
  engine.functions.keepOnly(engine.population.runtimes.flatMap(({ rule }) => rule.functions));
  for (let rules = bytes.number(); rules > 0; rules--) loadInstances(engine, bytes, hashes);
}

function loadTopic({ binder, connections }: RuleEngine, reader: StateReader): void {
  const binding = binder.bind(reader.text());
  if (binding === null) return;
  const isHeard = reader.boolean();
  const source = reader.optionalText();
  binding.silence(reader.boolean());
  if (isHeard) connections.hear(binding, source);
  while (!reader.done) {
    const field = reader.text();
    const state = new StateReader(reader.list());
    const series = binding.series.find((candidate) => candidate.field === field);
    if (series !== undefined) restore(state, series, binder.windowsOf(series));
  }
}

/** One without topics, which instances wait for, has no more than the times in which it stood still. */
function loadPool(binder: Binder, reader: StateReader): void {
  const [filter, field] = [reader.text(), reader.text()];
  const hasTopics = reader.boolean();
  if (!hasTopics) {
    binder.pool(filter, field).load(reader);
    return;
  }
  const pool = binder.pools.get(poolKey(filter, field));
  if (pool !== undefined) restore(reader, pool, binder.windowsOf(pool));
}

function loadInstances(
  { moment, population }: RuleEngine,
  bytes: SnapshotReader,
  hashes: ReadonlyMap<unknown, unknown>,
): void {
  const rule = bytes.text();
  const runtime = population.runtimeOf(rule);
  const isSame = runtime !== undefined && runtime.hash === hashes.get(rule);
  for (let instances = bytes.number(); instances > 0; instances--) {
    const state = new StateReader(bytes.list());
    const labelValues = state.list().map(String);
    if (isSame) population.begin(runtime, runtime.slot(labelValues)).load(state, moment);
  }
}

function restore(reader: StateReader, source: ReadingSource, windows: WindowSet): void {
  source.load(reader);
  windows.load(reader);
}

function pairs(list: readonly unknown[]): [unknown, unknown][] {
  return list.flatMap((item, index): [unknown, unknown][] =>
    index % 2 === 0 ? [[item, list[index + 1]]] : [],
  );
}

class SnapshotReader {
  readonly #bytes: StateBytesReader;

  constructor(data: Uint8Array) {
    this.#bytes = new StateBytesReader(data);
  }

  number(): number {
    return new StateReader([this.#bytes.read()]).number();
  }

  text(): string {
    return new StateReader([this.#bytes.read()]).text();
  }

  list(): readonly unknown[] {
    return new StateReader([this.#bytes.read()]).list();
  }
}
