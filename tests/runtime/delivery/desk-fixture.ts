/** Receivers that answer as the test says, behind a desk whose clock stands until it is advanced. */
import { DeliveryDesk } from '../../../runtime/delivery/delivery-desk.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import type { DeliveryProgress, OutboxEntry } from '../../../runtime/delivery/outbox.js';
import type { AttemptResult, Receiver } from '../../../runtime/delivery/receiver.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { NOON, Reported } from './delivery-fixture.js';
import { MemoryOutbox } from './memory-outbox.js';

export const MINUTE_MS = 60_000;
export const OK: AttemptResult = { kind: 'delivered' };
export const FAIL: AttemptResult = { kind: 'retry', reason: 'HTTP 500' };

/** Answers from a list, then with success; a held one answers when it is let go. */
export class ScriptedReceiver implements Receiver {
  readonly attempts: Delivery[] = [];
  readonly held: ((result: AttemptResult) => void)[] = [];
  isHolding = false;
  aborted = 0;

  constructor(
    readonly name = 'scada',
    readonly concurrency = 1,
    private readonly answers: AttemptResult[] = [],
    readonly fingerprint = 'as at first',
  ) {}

  attempt(one: Delivery, signal: AbortSignal): Promise<AttemptResult> {
    this.attempts.push(one);
    if (!this.isHolding) return Promise.resolve(this.answers.shift() ?? OK);
    return new Promise((resolve) => {
      this.held.push(resolve);
      signal.addEventListener('abort', () => {
        this.aborted += 1;
        resolve({ kind: 'retry', reason: 'broken off' });
      });
    });
  }

  get ids(): string[] {
    return this.attempts.map(({ notice }) => notice.id);
  }
}

export const times = (count: number, result: AttemptResult): AttemptResult[] =>
  Array.from({ length: count }, () => result);

class RecordingOutbox extends MemoryOutbox {
  readonly #records: (readonly [string, DeliveryProgress])[] = [];

  override record(id: string, progress: DeliveryProgress): void {
    this.#records.push([id, progress]);
    super.record(id, progress);
  }

  recorded(id: string): DeliveryProgress[] {
    return this.#records.filter(([of]) => of === id).map(([, progress]) => progress);
  }
}

/** Lets everything that waits only for promises happen. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export interface Setup {
  readonly random?: number;
  readonly queuedMax?: number;
  /** Found in the outbox at the start. */
  readonly queued?: readonly OutboxEntry[];
  readonly failing?: readonly string[];
}

export function desk(receivers: Receiver[], options: Setup = {}) {
  const clock = new SimulatedClock(NOON);
  const outbox = new RecordingOutbox();
  const report = new Reported();
  const { queued = [], failing = [], queuedMax = 1_000 } = options;
  outbox.add(queued.map(({ delivery: one }) => one));
  const made = new DeliveryDesk({
    receivers,
    outbox,
    clock,
    now: () => NOON + clock.monotonic(),
    random: () => options.random ?? 0,
    report,
    queuedMax,
    queued,
    failing,
  });
  const send = async (...deliveries: Delivery[]) => {
    outbox.add(deliveries);
    made.send(deliveries);
    await settled();
  };
  const advance = async (ms: number) => {
    // Step by step: an attempt that begins at a timer may set the next one.
    for (let rest = ms; rest > 0; ) {
      const step = Math.min(rest, clock.untilNext);
      clock.advance(step);
      rest -= step;
      await settled();
    }
  };
  return { desk: made, clock, outbox, report, send, advance };
}
