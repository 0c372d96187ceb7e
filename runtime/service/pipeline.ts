import type { ReceivedMessage } from '../../firmware-bridge/received-message.js';
import type { RejectionCounters } from '../../firmware-bridge/rejection-counters.js';
import type { AlertEvent } from '../../rules/alert-event.js';
import type { Command, CommandResult, Engine, Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { EngineClock } from '../intake/engine-clock.js';
import { type Intake, REPEATED } from '../intake/intake.js';
import type { Redeliveries } from '../intake/redeliveries.js';
import type { TopicEntry } from '../intake/topic-table.js';
import type { JournalMessage, JournalRecord } from '../storage/journal-record.js';
import type { Ledger } from '../storage/ledger.js';
import type { RuleHost, WarmRules } from '../warm-up/warm-up.js';
import type { Publication } from './publication.js';

export interface PipelineOptions {
  readonly engine: Engine;
  readonly engineClock: EngineClock;
  /** Wall clock − engine clock at the start. */
  readonly offset: number;
  readonly redeliveries: Redeliveries;
  readonly intake: Intake;
  readonly ledger: Ledger;
  readonly publication: Publication;
  readonly counters: RejectionCounters;
  /** When `advance` is to be called: engine time. */
  readonly wakeAt: (deadline: number) => void;
  /** Calls back after what has come meanwhile was taken in. */
  readonly soon: (action: () => void) => void;
}

/** Told of a record, with its number, when it was taken in. */
type RecordObserver = (record: JournalRecord, seq: number) => void;

const NO_EVENTS: readonly AlertEvent[] = Object.freeze([]);

/** Timers fired at a time, so that messages do not wait for all those of one instant. */
const TIMER_STEPS = 1_000;

/** A message that cannot be kept at present, and so is not taken: its sender keeps it and tries again. */
class NotStored extends Error {
  constructor() {
    super('the message cannot be stored at present');
  }
}

/**
 * The way of everything: what was received becomes messages, the engine makes events of them, the notifier deliveries;
 * all that is kept together, and only then shown, delivered and acknowledged. Nothing else calls the engine, and whatever
 * changes what it decides is a record in the journal.
 */
export class Pipeline implements RuleHost {
  readonly #options: PipelineOptions;
  #offset: number;
  /** Events of timers fired so far, while others of the same instant wait: kept with the last of them. */
  #held: AlertEvent[] = [];
  #isContinuing = false;
  #storedAt: number;
  #observer: RecordObserver | null = null;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#offset = options.offset;
    this.#storedAt = options.engineClock.now();
  }

  get offset(): number {
    return this.#offset;
  }

  /** Engine time at which something was last recorded. */
  get recordedAt(): number {
    return this.#storedAt;
  }

  /**
   * Takes a message in. With QoS 1 and 2 what it gives resolves when the message may be acknowledged; `undefined`: at
   * once.
   */
  accept(received: ReceivedMessage): Promise<void> | undefined {
    const { redeliveries, counters, intake, ledger, engineClock } = this.#options;
    const isAwaited = received.qos > 0;
    if (isAwaited) {
      if (redeliveries.isKnown(received)) {
        counters.count(received.source, 'redelivery');
        return ledger.stored();
      }
      // While the disk takes nothing rules go on, and what they saw waits in memory; nothing of it is acknowledged.
      if (ledger.state === 'degraded' && ledger.isFull && intake.wants(received.topic)) {
        return Promise.reject(new NotStored());
      }
    }
    const arrival = engineClock.now();
    const records = intake.messages(received, { arrival, offset: this.#offset });
    if (records === REPEATED) return isAwaited ? ledger.stored() : undefined;
    if (records.length === 0) return undefined;
    const { source, sender, packetId } = received;
    const print = records[0]?.fingerprint ?? 0;
    if (packetId !== null) redeliveries.remember(source, sender, packetId, print, arrival);
    const stored = this.#take(records, isAwaited, arrival);
    return isAwaited ? stored : undefined;
  }

  /** Time has passed: does what is due by now. */
  advance(): void {
    const { engine, engineClock, publication } = this.#options;
    const now = engineClock.now();
    this.#held.push(...engine.advance(now, TIMER_STEPS));
    if (engine.nextDeadline() <= now) this.#continue();
    else if (this.#held.length > 0) this.#commit([{ kind: 'tick', time: now }], NO_EVENTS, now);
    else if (publication.nextDeadline() <= now) this.#commit([], NO_EVENTS, now);
    else this.#watchTime();
  }

  /** Records how far time has come, where nothing else did since. */
  tick(): void {
    this.#input(
      (time) => ({ kind: 'tick', time }),
      () => NO_EVENTS,
    );
  }

  /** The wall clock has moved against the engine clock. */
  setOffset(offset: number): Promise<void> {
    const stored = this.#input(
      (time) => ({ kind: 'offset', time, offset }),
      (engine) => engine.offset(offset),
    );
    this.#offset = offset;
    this.#options.publication.setOffset(offset);
    return stored;
  }

  /** Resolves when the command can no longer be lost. */
  async command(command: Command): Promise<CommandResult> {
    const { engine, engineClock } = this.#options;
    const time = engineClock.now();
    const before = engine.advance(time);
    const result = engine.command(command);
    const isDone = result.kind === 'done';
    const record: JournalRecord = isDone ? { kind: 'command', time, command } : { kind: 'tick', time };
    await this.#commit([record], [...before, ...(isDone ? result.events : [])], time, true);
    return result;
  }

  connection(name: string, isUp: boolean): void {
    this.#input(
      (time) => ({ kind: 'connection', time, name, isUp }),
      (engine) => engine.connection(name, isUp),
    );
  }

  silence({ topic }: TopicEntry, isSilent: boolean): void {
    this.#input(
      (time) => ({ kind: 'silence', time, topic, isSilent }),
      (engine) => engine.silence(topic, isSilent),
    );
  }

  /** Other rules from now on. */
  replan(plan: Plan, files: readonly SourceFile[], warm?: WarmRules): Promise<void> {
    return this.#input(
      (time) => ({ kind: 'plan', time, files, ...(warm === undefined ? {} : { warmed: warm.warmed }) }),
      (engine) => engine.replan(plan, warm?.engine),
    );
  }

  observe(observer: RecordObserver | null): void {
    this.#observer = observer;
  }

  /** The engine saw nothing since `from`. */
  gap(from: number): Promise<void> {
    return this.#input(
      (to) => ({ kind: 'gap', from, to }),
      (engine, to) => engine.gap(from, to),
      (engine) => engine.advance(from),
    );
  }

  /** An event of the program about itself. */
  system(event: AlertEvent): Promise<void> {
    return this.#commit([], [event], this.#options.engineClock.now());
  }

  #take(records: readonly JournalMessage[], isAwaited: boolean, arrival: number): Promise<void> {
    const { engine, ledger, wakeAt } = this.#options;
    let events = NO_EVENTS;
    for (let i = 0; i < records.length; i++) {
      const record = records[i];
      if (record === undefined) break;
      const raised = engine.message(record.message);
      if (raised.length > 0) events = events.length === 0 ? raised : [...events, ...raised];
    }
    const only = records.length === 1 ? records[0] : undefined;
    if (only === undefined || events.length > 0 || this.#held.length > 0) {
      return this.#commit(records, events, arrival, isAwaited);
    }
    // The way of nearly all messages: nothing but the journal has to know.
    const stored = ledger.message(only, isAwaited);
    if (this.#observer !== null) this.#observer(only, ledger.seq);
    this.#storedAt = arrival;
    wakeAt(engine.nextDeadline());
    return stored;
  }

  /** Brings the engine to now, applies an input of another kind than a message, and keeps it. */
  #input(
    recordAt: (now: number) => JournalRecord,
    apply: (engine: Engine, now: number) => readonly AlertEvent[],
    advance: (engine: Engine, now: number) => readonly AlertEvent[] = (engine, now) => engine.advance(now),
  ): Promise<void> {
    const { engine, engineClock } = this.#options;
    const now = engineClock.now();
    const due = advance(engine, now);
    const events = apply(engine, now);
    return this.#commit([recordAt(now)], [...due, ...events], now);
  }

  #commit(
    records: readonly JournalRecord[],
    raised: readonly AlertEvent[],
    now: number,
    isAwaited = false,
  ): Promise<void> {
    const { ledger, publication } = this.#options;
    const events = this.#held.length === 0 ? raised : [...this.#held, ...raised];
    this.#held = [];
    const told = publication.tell(events, now);
    const stored = ledger.append({ records, events, isAwaited, ...told });
    // Whoever needs to know waits for it; nobody else must be hurt by a disk that takes nothing.
    stored.catch(() => undefined);
    if (records.length > 0) this.#storedAt = now;
    if (this.#observer !== null) this.#tell(this.#observer, records);
    publication.publish(events, told, stored);
    this.#watchTime();
    return stored;
  }

  #tell(observer: RecordObserver, records: readonly JournalRecord[]): void {
    const first = this.#options.ledger.seq - records.length + 1;
    for (const [index, record] of records.entries()) observer(record, first + index);
  }

  /** Sees to it that `advance` is called when something is due next. */
  #watchTime(): void {
    const { engine, publication, wakeAt } = this.#options;
    wakeAt(Math.min(engine.nextDeadline(), publication.nextDeadline()));
  }

  #continue(): void {
    if (this.#isContinuing) return;
    this.#isContinuing = true;
    this.#options.soon(() => {
      this.#isContinuing = false;
      this.advance();
    });
  }
}
