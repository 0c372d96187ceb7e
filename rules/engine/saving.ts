import type { Saving, Snapshot } from '../engine.js';
import { Pool } from '../signals/pool.js';
import type { ReadingSource } from '../signals/reading-source.js';
import { Series } from '../signals/series.js';
import type { WindowSet } from '../windows/window-set.js';
import type { Binder } from './binder.js';
import { compareCodePoints } from './code-point-order.js';
import type { SavedNode } from './hand-over.js';
import type { Instance } from './instance.js';
import type { Moment } from './moment.js';
import type { RuleEngine } from './rule-engine.js';
import type { RuleRuntime } from './rule-runtime.js';
import { StateBytes } from './state-bytes.js';
import { TopicBinding } from './topic-binding.js';

/** Of the bytes: others than these are not read. */
export const STATE_FORMAT = 4;

/** Something that is saved as one piece. */
type Piece = TopicBinding | Pool | Instance;

/**
 * A snapshot on its way: the pieces of state there were when it began, in an order that depends on the state alone,
 * each written when its turn comes or, where it is about to change, before it does.
 */
export class SavingSnapshot implements Saving {
  readonly #bytes = new StateBytes();
  readonly #binder: Binder;
  readonly #moment: Moment;
  /** The moment that is saved. */
  readonly #now: number;
  /** Were no timers of that moment still due, whose steps windows must be left to? */
  readonly #bringsWindows: boolean;
  readonly #pieces: Generator<Piece, void>;
  /** The state of pieces that changed before their turn. */
  readonly #early = new Map<Piece, Uint8Array>();
  readonly #earlyBytes = new StateBytes();
  /** The instances that rules had; made when one is about to begin or end, or when they have their turn. */
  readonly #instances = new Map<RuleRuntime, readonly Instance[]>();
  #snapshot: Snapshot | null = null;
  #isGivenUp = false;

  /**
   * @param number never the same twice in one engine
   * @param onDone it need not be told of changes any more
   */
  constructor(
    engine: RuleEngine,
    private readonly number: number,
    private readonly onDone: () => void,
  ) {
    const { binder, moment, population } = engine;
    this.#binder = binder;
    this.#moment = moment;
    this.#now = moment.now;
    this.#bringsWindows = !isAnyDue(engine);
    this.#writeHead(engine);
    const topics = [...binder.bindings.values()];
    this.#pieces = this.#inOrder(topics, [...binder.pools.values()], population.runtimes);
  }

  step(piecesMax: number): Snapshot | null {
    if (this.#isGivenUp) throw new Error('another snapshot was begun before this one was done');
    for (let i = 0; i < piecesMax && this.#snapshot === null; i++) {
      const next = this.#pieces.next();
      if (next.done === true) this.#finish();
      else this.#write(next.value);
    }
    return this.#snapshot;
  }

  giveUp(): void {
    this.#isGivenUp = this.#snapshot === null;
  }

  /** A message of the topic comes, which these instances see. Those that only settling changes have until then. */
  beforeMessage(topic: TopicBinding, readers: readonly Instance[]): void {
    if (topic.reachSavedIn === this.number) return;
    topic.reachSavedIn = this.number;
    this.beforeTopic(topic);
    for (let i = 0; i < readers.length; i++) {
      const reader = readers[i];
      if (reader?.changesBySettlingOnly === false) this.beforeInstance(reader);
    }
  }

  /** The topic falls silent, or is heard again. */
  beforeTopic(topic: TopicBinding): void {
    this.#keep(topic);
    for (const { pools } of topic.series) for (const { pool } of pools) this.#keep(pool);
  }

  beforePool(pool: Pool): void {
    this.#keep(pool);
  }

  /** An instance settles or ends: it looks at all its inputs, which brings their windows up to the moment. */
  beforeInstance(instance: Instance): void {
    // What it looks at was kept with it, or had its turn before it.
    if (instance.savedIn === this.number) return;
    this.#keep(instance);
    for (const { source } of instance.inputs) this.#keepSource(source);
  }

  /** An instance of the rule begins or ends. */
  beforeRoster(runtime: RuleRuntime): void {
    if (!this.#instances.has(runtime)) this.#instances.set(runtime, runtime.inKeyOrder());
  }

  #keepSource(source: ReadingSource): void {
    if (source instanceof Pool) this.#keep(source);
    const topic = source instanceof Series ? this.#binder.bindings.get(source.topic) : undefined;
    if (topic !== undefined) this.#keep(topic);
  }

  #keep(piece: Piece): void {
    if (piece.savedIn === this.number) return;
    this.#save(piece, this.#earlyBytes);
    this.#early.set(piece, this.#earlyBytes.piece());
    piece.savedIn = this.number;
  }

  #write(piece: Piece): void {
    const early = piece.savedIn === this.number ? this.#early.get(piece) : undefined;
    if (early === undefined) this.#save(piece, this.#bytes);
    else this.#bytes.append(early);
    piece.savedIn = this.number;
  }

  *#inOrder(
    topics: readonly TopicBinding[],
    pools: Pool[],
    runtimes: readonly RuleRuntime[],
  ): Generator<Piece, void> {
    this.#bytes.number(topics.length);
    yield* topics;
    this.#bytes.number(pools.length);
    yield* pools.sort((a, b) => compareCodePoints(a.key, b.key));
    this.#bytes.number(runtimes.length);
    for (const runtime of runtimes) {
      this.beforeRoster(runtime);
      const instances = this.#instances.get(runtime) ?? [];
      this.#bytes.text(runtime.rule.id).number(instances.length);
      yield* instances;
    }
  }

  #writeHead({ moment, connections, functions, population, isStarted }: RuleEngine): void {
    const { now, step, offset, gaps } = moment;
    const hashes = population.runtimes.flatMap((runtime) => [runtime.rule.id, runtime.hash]);
    this.#bytes.number(STATE_FORMAT).number(now).number(step).number(offset).boolean(isStarted);
    for (const node of [gaps, connections, functions]) this.#saveApart(node);
    this.#bytes.list(hashes);
  }

  #saveApart(node: Pick<SavedNode, 'save'>): void {
    this.#bytes.open();
    node.save(this.#bytes);
    this.#bytes.close();
  }

  #finish(): void {
    this.#snapshot = { version: 1, data: this.#bytes.take() };
    this.onDone();
  }

  #save(piece: Piece, bytes: StateBytes): void {
    bytes.begin().open();
    if (piece instanceof TopicBinding) this.#saveTopic(piece, bytes);
    else if (piece instanceof Pool) {
      const hasTopics = piece.members.length > 0;
      bytes.text(piece.filter).text(piece.field).boolean(hasTopics);
      if (hasTopics) this.#saveSource(piece, bytes);
      else piece.save(bytes);
    } else {
      bytes.list(piece.labelValues);
      piece.save(bytes, this.#now);
    }
    bytes.close();
  }

  #saveTopic({ topic, isHeard, source, isSilent, series }: TopicBinding, bytes: StateBytes): void {
    bytes.text(topic).boolean(isHeard).scalar(source).boolean(isSilent);
    for (const one of series) {
      bytes.text(one.field).open();
      this.#saveSource(one, bytes);
      bytes.close();
    }
  }

  #saveSource(source: ReadingSource, bytes: StateBytes): void {
    const windows = this.#binder.windowsOf(source);
    if (this.#bringsWindows) this.#bringUp(windows);
    source.save(bytes);
    windows.save(bytes);
  }

  /** What nobody looked at for a while is brought up to the moment that is saved: the state is then one thing only. */
  #bringUp(windows: WindowSet): void {
    const { now } = this.#moment;
    this.#moment.now = this.#now;
    windows.advance();
    this.#moment.now = now;
  }
}

function isAnyDue({ moment: { now }, heap, population }: RuleEngine): boolean {
  if (heap.next > now) return false;
  for (const runtime of population.runtimes) {
    for (const { deadline } of runtime.instances()) if (deadline <= now) return true;
  }
  return false;
}
