import type { LevelSettings } from '../site/configuration.js';
import type { AgendaItem } from '../storage/ledger.js';
import type { Directory } from './directory.js';
import type { Episode } from './episode.js';
import { levelTopic } from './level-topic.js';
import type { Telling } from './telling.js';

/** What stands on a topic: that alerts fire, or that none does. */
export interface Level {
  readonly receiver: string;
  /** `null`: our own broker. */
  readonly connection: string | null;
  readonly topic: string;
  readonly isOn: boolean;
  /** What is published while it is on, and while it is off, by the settings by which it began. */
  readonly on: string;
  readonly off: string;
}

const KEY = 'level:';
/** Levels beyond this that are off are forgotten, those that changed longest ago first. */
const KEPT_MAX = 10_000;

/**
 * The levels of receivers that are none of people: on while at least one alert fires that goes there and is not
 * suppressed. Those that are off stay known, so that they can be said again after a restart.
 */
export class LevelBoard {
  /** In the order in which they last changed. */
  readonly #levels = new Map<string, Level>();
  /** The alerts that hold a level on. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #heldBy = new Map<string, readonly string[]>();
  readonly #changed = new Set<string>();

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** All that are known, as they stand. */
  get all(): readonly Level[] {
    return [...this.#levels.values()];
  }

  /** @param receivers those that an alert goes to by now; none once it is over */
  update({ id, last }: Episode, receivers: Iterable<string>, directory: Directory): void {
    const before = this.#heldBy.get(id) ?? [];
    const held: string[] = [];
    for (const receiver of receivers) {
      const settings = directory.levels.get(receiver);
      const topic = settings === undefined ? null : levelTopic(settings.topic, last);
      if (settings !== undefined && topic !== null) held.push(this.#hold(id, { receiver, topic, settings }));
    }
    if (held.length === 0) this.#heldBy.delete(id);
    else this.#heldBy.set(id, held);
    for (const key of before) if (!held.includes(key)) this.#release(id, key);
  }

  /** Takes up what was in the agenda; then come the alerts that fire, and then `endUnheld`. */
  restore(agenda: readonly AgendaItem[]): void {
    for (const { key, text } of agenda) {
      if (key.startsWith(KEY)) this.#levels.set(key.slice(KEY.length), JSON.parse(text) as Level);
    }
  }

  endUnheld(): void {
    for (const [key, level] of [...this.#levels]) {
      if (level.isOn && !this.#holders.has(key)) this.#set(key, { ...level, isOn: false });
    }
  }

  /** Hands over what has changed since the last time. */
  settle(telling: Telling): void {
    for (const key of this.#changed) {
      const level = this.#levels.get(key);
      if (level === undefined) continue;
      telling.plan(KEY + key, level);
      telling.show(level);
    }
    this.#changed.clear();
    for (const [key, { isOn }] of this.#levels) {
      if (this.#levels.size <= KEPT_MAX) return;
      if (isOn) continue;
      this.#levels.delete(key);
      telling.plan(KEY + key, null);
    }
  }

  #hold(episode: string, where: { receiver: string; topic: string; settings: LevelSettings }): string {
    const { receiver, topic, settings } = where;
    const { connection, payload: on, resolved: off } = settings;
    // Two receivers may share a topic: it is on as long as either has a reason.
    const key = JSON.stringify([connection, topic]);
    const holders = this.#holders.get(key) ?? new Set();
    this.#holders.set(key, holders.add(episode));
    const level = this.#levels.get(key);
    if (level === undefined || !level.isOn || level.on !== on || level.off !== off)
      this.#set(key, { receiver, connection, topic, isOn: true, on, off });
    return key;
  }

  #release(episode: string, key: string): void {
    const holders = this.#holders.get(key);
    holders?.delete(episode);
    if (holders === undefined || holders.size > 0) return;
    this.#holders.delete(key);
    const level = this.#levels.get(key);
    if (level !== undefined) this.#set(key, { ...level, isOn: false });
  }

  #set(key: string, level: Level): void {
    this.#levels.delete(key);
    this.#levels.set(key, level);
    this.#changed.add(key);
  }
}
