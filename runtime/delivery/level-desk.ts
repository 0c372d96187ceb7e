import type { Clock, Timer } from '../clock.js';
import type { LevelSettings } from '../site/configuration.js';
import type { Level } from './level-board.js';
import type { AttemptResult } from './receiver.js';
import type { DeliveryReport } from './receiver-queue.js';

/** Where levels are published: a broker, our own or somebody else's. Rejects while it cannot be reached. */
export interface LevelPublisher {
  publish(topic: string, payload: Buffer, options: { qos: 0 | 1; retain: boolean }): Promise<void>;
}

export interface LevelDeskOptions {
  readonly clock: Clock;
  readonly report: Pick<DeliveryReport, 'failing' | 'unreachable' | 'recovered'>;
}

/** A level on its way. */
interface Standing {
  level: Level;
  /** The broker has it as it is. */
  isSaid: boolean;
  isUnderway: boolean;
}

const RETRY_MS = 5_000;
/** How long a test lasts: long enough to hear it. */
const TEST_MS = 3_000;
/** Without a success for so long others should know. */
const UNREACHABLE_MS = 60_000;

/**
 * Publishes levels, retained and with QoS 1: the newest of each topic, until the broker has it, and all of them again
 * whenever a connection comes up.
 */
export class LevelDesk {
  readonly #options: LevelDeskOptions;
  readonly #standing = new Map<string, Standing>();
  /** Receivers that could not be reached, since when (monotonic ms), and whether others know. */
  readonly #failing = new Map<string, { readonly since: number; isSaid: boolean }>();
  /** By connection, `null`: our own broker. Nothing is published before they are there. */
  #publishers: ReadonlyMap<string | null, LevelPublisher> | null = null;
  #timer: Timer | null = null;

  constructor(options: LevelDeskOptions) {
    this.#options = options;
  }

  /** Says how levels stand from now on; an older one of the same topic that is not out yet is forgotten. */
  show(levels: readonly Level[]): void {
    for (const level of levels) {
      const key = JSON.stringify([level.connection, level.topic]);
      const standing = this.#standing.get(key);
      if (standing === undefined) this.#standing.set(key, { level, isSaid: false, isUnderway: false });
      else {
        standing.level = level;
        standing.isSaid = false;
      }
    }
    this.#work();
  }

  /** What a broker may keep of the levels that are known, from earlier runs too, whichever way they stand. */
  keptBy(connection: string): { topic: string; payload: Buffer }[] {
    return [...this.#standing.values()]
      .filter(({ level }) => level.connection === connection)
      .flatMap(({ level: { topic, on, off } }) =>
        [on, off].map((text) => ({ topic, payload: Buffer.from(text) })),
      );
  }

  /** From here on there is something to publish to. */
  begin(publishers: ReadonlyMap<string | null, LevelPublisher>): void {
    this.#publishers = publishers;
    this.#work();
  }

  /** A connection came up, whatever its broker knew may be gone. */
  connected(connection: string): void {
    for (const standing of this.#standing.values())
      if (standing.level.connection === connection) standing.isSaid = false;
    this.#work();
  }

  /**
   * Lets a receiver stand on for a moment, to see whether it does; then its level is as it was. One whose topic depends on
   * labels has no place of its own.
   */
  async test(
    receiver: string,
    { topic, payload: on, resolved: off, connection }: LevelSettings,
  ): Promise<AttemptResult> {
    if (topic.captures.length > 0) {
      const names = topic.captures.map((name) => `{${name}}`).join(', ');
      const reason = `its topic depends on ${names}; publish "${on}" to one of its topics instead`;
      return { kind: 'rejected', reason };
    }
    const level = { receiver, connection, topic: topic.text, isOn: true, on, off };
    const reason = await this.#publish(level);
    if (reason !== null) return { kind: 'retry', reason };
    await new Promise<void>((resolve) => this.#options.clock.schedule(TEST_MS, resolve));
    const standing = this.#standing.get(JSON.stringify([connection, topic.text]));
    const failure = await this.#publish(standing?.level ?? { ...level, isOn: false });
    return failure === null ? { kind: 'delivered' } : { kind: 'retry', reason: failure };
  }

  stop(): void {
    this.#publishers = null;
    this.#timer?.cancel();
  }

  #work(): void {
    if (this.#publishers === null) return;
    this.#timer?.cancel();
    this.#timer = null;
    for (const standing of this.#standing.values())
      if (!standing.isSaid && !standing.isUnderway) void this.#say(standing);
  }

  async #say(standing: Standing): Promise<void> {
    const { level } = standing;
    standing.isUnderway = true;
    const reason = await this.#publish(level);
    standing.isUnderway = false;
    if (this.#publishers === null) return;
    if (reason !== null) {
      this.#fail(level.receiver, reason);
      this.#timer ??= this.#options.clock.schedule(RETRY_MS, () => this.#work());
    } else if (standing.level === level) {
      standing.isSaid = true;
      this.#succeed(level.receiver);
    } else void this.#say(standing);
  }

  /** @returns why not; `null`: it is published */
  async #publish({ connection, topic, isOn, on, off }: Level): Promise<string | null> {
    const publisher = this.#publishers?.get(connection);
    if (publisher === undefined)
      return connection === null ? 'there is no embedded broker' : `there is no connection ${connection}`;
    try {
      await publisher.publish(topic, Buffer.from(isOn ? on : off), { qos: 1, retain: true });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #fail(receiver: string, reason: string): void {
    const { clock, report } = this.#options;
    const now = clock.monotonic();
    const failing = this.#failing.get(receiver);
    if (failing === undefined) {
      this.#failing.set(receiver, { since: now, isSaid: false });
      report.failing(receiver, reason);
    } else if (!failing.isSaid && now - failing.since >= UNREACHABLE_MS) {
      failing.isSaid = true;
      report.unreachable(receiver, reason);
    }
  }

  #succeed(receiver: string): void {
    if (this.#failing.delete(receiver)) this.#options.report.recovered(receiver);
  }
}
