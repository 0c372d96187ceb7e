import type { Snapshot } from '../engine.js';
import { poolKey } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import type { WindowSet } from '../windows/window-set.js';
import type { Binder } from './binder.js';
import type { RuleEngine } from './rule-engine.js';
import { STATE_FORMAT } from './saving.js';
import { StateBytesReader } from './state-bytes-reader.js';

/** Into an engine that has seen nothing. Instances of rules that are gone or changed are left out. */
export function loadSnapshot(engine: RuleEngine, { data }: Snapshot): void {
  const { moment, binder, connections } = engine;
  if (binder.bindings.size > 0) throw new Error('a snapshot is loaded into a new engine only');
  if (!(data instanceof Uint8Array)) throw new TypeError('snapshot: bytes expected');
  const bytes = new StateBytesReader(data);
  if (bytes.number() !== STATE_FORMAT) throw new TypeError('snapshot: of another version of the program');
  moment.now = bytes.number();
  moment.step = bytes.number();
  moment.offset = bytes.number();
  engine.isStarted = bytes.boolean();
  for (const node of [moment.gaps, connections, engine.functions]) {
    bytes.open();
    node.load(bytes);
    bytes.close();
  }
  const hashes = new Map(pairs(bytes.list()));
  for (let topics = bytes.number(); topics > 0; topics--) loadPiece(bytes, () => loadTopic(engine, bytes));
  for (let pools = bytes.number(); pools > 0; pools--) loadPiece(bytes, () => loadPool(binder, bytes));
  engine.functions.keepOnly(engine.population.runtimes.flatMap(({ rule }) => rule.functions));
  for (let rules = bytes.number(); rules > 0; rules--) loadInstances(engine, bytes, hashes);
}

/** One that nobody wants any more is passed over. */
function loadPiece(bytes: StateBytesReader, load: () => void): void {
  bytes.open();
  load();
  bytes.close();
}

function loadTopic({ binder, connections }: RuleEngine, bytes: StateBytesReader): void {
  const binding = binder.bind(bytes.text());
  if (binding === null) return;
  const isHeard = bytes.boolean();
  const source = bytes.optionalText();
  binding.silence(bytes.boolean());
  if (isHeard) connections.hear(binding, source);
  while (!bytes.isAtEnd) {
    const field = bytes.text();
    const series = binding.series.find((candidate) => candidate.field === field);
    loadPiece(bytes, () => {
      if (series !== undefined) restore(bytes, series, binder.windowsOf(series));
    });
  }
}

/** One without topics, which instances wait for, has no more than the times in which it stood still. */
function loadPool(binder: Binder, bytes: StateBytesReader): void {
  const [filter, field] = [bytes.text(), bytes.text()];
  const hasTopics = bytes.boolean();
  if (!hasTopics) {
    binder.pool(filter, field).load(bytes);
    return;
  }
  const pool = binder.pools.get(poolKey(filter, field));
  if (pool !== undefined) restore(bytes, pool, binder.windowsOf(pool));
}

function loadInstances(
  { moment, population }: RuleEngine,
  bytes: StateBytesReader,
  hashes: ReadonlyMap<unknown, unknown>,
): void {
  const rule = bytes.text();
  const runtime = population.runtimeOf(rule);
  const isSame = runtime !== undefined && runtime.hash === hashes.get(rule);
  for (let instances = bytes.number(); instances > 0; instances--) {
    loadPiece(bytes, () => {
      const labelValues = bytes.list().map(String);
      if (isSame) population.begin(runtime, runtime.slot(labelValues)).load(bytes, moment);
    });
  }
}

function restore(bytes: StateBytesReader, source: ReadingSource, windows: WindowSet): void {
  source.load(bytes);
  windows.load(bytes);
}

function pairs(list: readonly unknown[]): [unknown, unknown][] {
  return list.flatMap((item, index): [unknown, unknown][] =>
    index % 2 === 0 ? [[item, list[index + 1]]] : [],
  );
}
