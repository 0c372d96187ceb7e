import type { Snapshot } from '../engine.js';
import type { Pool } from '../signals/pool.js';
import type { Instance } from './instance.js';
import type { RuleEngine } from './rule-engine.js';
import type { RuleRuntime } from './rule-runtime.js';
import { SavingSnapshot } from './saving.js';
import type { TopicBinding } from './topic-binding.js';

/** Knows the snapshot on its way, if there is one, and tells it of what is about to change. */
export class Saver {
  #saving: SavingSnapshot | null = null;
  #begun = 0;

  get isBusy(): boolean {
    return this.#saving !== null;
  }

  begin(engine: RuleEngine): SavingSnapshot {
    this.#saving?.giveUp();
    const saving = new SavingSnapshot(engine, ++this.#begun, () => {
      this.#saving = null;
    });
    this.#saving = saving;
    return saving;
  }

  /** All of it at once. One that is on its way is finished: this brings what it has yet to write up to the moment. */
  save(engine: RuleEngine): Snapshot {
    this.finish();
    const snapshot = new SavingSnapshot(engine, ++this.#begun, () => {}).step(Number.POSITIVE_INFINITY);
    if (snapshot === null) throw new Error('a snapshot without an end');
    return snapshot;
  }

  /** Everything is about to change. */
  finish(): void {
    this.#saving?.step(Number.POSITIVE_INFINITY);
  }

  beforeMessage(topic: TopicBinding, readers: readonly Instance[]): void {
    this.#saving?.beforeMessage(topic, readers);
  }

  beforeTopic(topic: TopicBinding): void {
    this.#saving?.beforeTopic(topic);
  }

  beforePool(pool: Pool): void {
    this.#saving?.beforePool(pool);
  }

  beforeRoster(runtime: RuleRuntime): void {
    this.#saving?.beforeRoster(runtime);
  }

  beforeInstance(instance: Instance): void {
    this.#saving?.beforeInstance(instance);
  }
}
