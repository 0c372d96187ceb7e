/**
 * The pipeline with a real engine and a ledger that commits when the test says so: nothing is shown, delivered or
 * acknowledged before it is kept.
 */
import { describe, expect, test } from 'vitest';
import { RejectionCounters } from '../../../firmware-bridge/rejection-counters.js';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { Notifier } from '../../../runtime/delivery/notifier.js';
import { EngineClock } from '../../../runtime/intake/engine-clock.js';
import { EngineTimer } from '../../../runtime/intake/engine-timer.js';
import { Intake } from '../../../runtime/intake/intake.js';
import { Redeliveries } from '../../../runtime/intake/redeliveries.js';
import { TopicTable } from '../../../runtime/intake/topic-table.js';
import type { Ledger, LedgerBatch } from '../../../runtime/service/ledger.js';
import { Pipeline } from '../../../runtime/service/pipeline.js';
import { SimulatedClock } from '../../../runtime/simulated-clock.js';
import type { PayloadSettings } from '../../../runtime/site/configuration.js';
import { NOON, payloads, received } from '../intake/intake-fixture.js';
import { HOT, HOT_FOR, rulesOf } from '../replay/rules-of.js';

const TOPIC = 'plant/m1/temp';

/** Commits in order, when told to. */
class HeldLedger implements Ledger {
  readonly batches: LedgerBatch[] = [];
  readonly #commits: (() => void)[] = [];

  append(batch: LedgerBatch): Promise<void> {
    this.batches.push(batch);
    return new Promise((resolve) => this.#commits.push(resolve));
  }

  async commit(): Promise<void> {
    for (const commit of this.#commits.splice(0)) commit();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function pipeline(rule: object = HOT, settings: PayloadSettings[] = []) {
  const rules = rulesOf(rule);
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  const ledger = new HeldLedger();
  const counters = new RejectionCounters();
  const shown: AlertEvent[] = [];
  const sent: Delivery[] = [];
  const timer = new EngineTimer({ clock, engineClock }, () => made.advance());
  const made = new Pipeline({
    engine: createEngine({ rules }),
    engineClock,
    offset: 0,
    redeliveries: new Redeliveries({ sessions: 10, messagesOf: () => 10 }),
    intake: new Intake({
      topics: new TopicTable({ rules, payloads: settings, seriesMax: 100 }),
      payloadBytesMax: 1_000,
      maxSkewMs: 300_000,
      maxBackfillMs: 7 * 86_400_000,
      counters,
      onFirstRejection: () => undefined,
    }),
    notifier: new Notifier({
      rules,
      configuration: {
        gateway: 'gw',
        routes: [],
        receivers: [
          {
            name: 'scada',
            expiresMs: 1_000,
            channel: { kind: 'webhook', url: 'http://one.example/', secret: null, headers: new Map() },
          },
        ],
      },
      episodes: [],
      agenda: [],
      onUnrouted: () => undefined,
    }),
    ledger,
    counters,
    show: (event) => shown.push(event),
    send: (deliveries) => sent.push(...deliveries),
    wakeAt: (deadline) => timer.watch(deadline),
  });
  return { pipeline: made, clock, ledger, counters, shown, sent };
}

const kinds = (events: readonly AlertEvent[]) => events.map(({ event }) => event);

test('nothing is shown, delivered or acknowledged before it is kept', async () => {
  const { pipeline: made, ledger, shown, sent } = pipeline();
  const message = received(TOPIC, 85, { qos: 1, packetId: 1 });
  let isAcknowledged = false;
  const accepted = made.accept(message)?.then(() => {
    isAcknowledged = true;
  });
  await settled();
  expect({ shown, sent, isAcknowledged }).toEqual({ shown: [], sent: [], isAcknowledged: false });
  expect(ledger.batches).toHaveLength(1);
  const [batch] = ledger.batches;
  expect(batch?.input).toEqual({
    kind: 'message',
    received: message,
    messages: [{ topic: TOPIC, payload: 85, time: NOON, arrival: NOON }],
    arrival: NOON,
    offset: 0,
  });
  expect(kinds(batch?.events ?? [])).toEqual(['firing']);
  expect(batch?.deliveries).toHaveLength(1);
  await ledger.commit();
  await accepted;
  expect(isAcknowledged).toBe(true);
  expect(shown).toEqual(batch?.events);
  expect(sent).toEqual(batch?.deliveries);
});

test('what no rule wants is acknowledged at once and not kept', () => {
  const { pipeline: made, ledger } = pipeline();
  expect(made.accept(received('plant/m1/noise', 85))).toBeUndefined();
  expect(made.accept(received(TOPIC, Buffer.from('{"a":')))).toBeUndefined();
  expect(ledger.batches).toEqual([]);
});

test('every input that rules read is kept, whether it causes anything or not', () => {
  const { pipeline: made, ledger } = pipeline();
  made.accept(received(TOPIC, 20));
  made.accept(received(TOPIC, 21));
  expect(ledger.batches.map(({ events }) => events.length)).toEqual([0, 0]);
});

describe('redeliveries', () => {
  const first = received(TOPIC, 85, { qos: 1, packetId: 1 });
  const repeat = { ...first, isRepeat: true };

  test('are applied once, and acknowledged with the first', async () => {
    const { pipeline: made, ledger, counters } = pipeline();
    const one = made.accept(first);
    const two = made.accept(repeat);
    expect(ledger.batches).toHaveLength(1);
    expect(two).toBe(one);
    expect(counters.total('embedded', 'redelivery')).toBe(1);
    await ledger.commit();
    await two;
  });

  test('of something that was not wanted are acknowledged at once', () => {
    const { pipeline: made } = pipeline();
    const noise = received('plant/noise', 1, { qos: 1, packetId: 2 });
    made.accept(noise);
    expect(made.accept({ ...noise, isRepeat: true })).toBeUndefined();
  });
});

describe('time', () => {
  test('a delay ends though nothing arrives', async () => {
    const { pipeline: made, clock, ledger, shown } = pipeline(HOT_FOR);
    made.accept(received(TOPIC, 85));
    clock.advance(29_999);
    await ledger.commit();
    expect(kinds(shown)).toEqual(['pending']);
    clock.advance(1);
    await ledger.commit();
    expect(kinds(shown)).toEqual(['pending', 'firing']);
    expect(shown[1]?.time).toBe(NOON + 30_000);
    expect(ledger.batches.at(-1)?.input).toBeNull();
  });

  test('a step of the wall clock moves printed times, not delays', async () => {
    const { pipeline: made, clock, ledger, shown } = pipeline(HOT_FOR);
    made.accept(received(TOPIC, 85));
    clock.advance(10_000);
    clock.setWall(clock.wall() + 3_600_000);
    made.setOffset(3_600_000);
    expect(ledger.batches.at(-1)?.input).toEqual({ kind: 'offset', offset: 3_600_000, time: NOON + 10_000 });
    clock.advance(20_000);
    await ledger.commit();
    expect(shown.at(-1)).toMatchObject({ event: 'firing', time: NOON + 30_000 + 3_600_000 });
  });
});

test('records of one payload are one entry, in order of their times', () => {
  const { pipeline: made, ledger } = pipeline(HOT, [
    payloads('#', { timestamp: { path: ['ts'], unit: 'ms' }, records: ['samples'] }),
  ]);
  const samples = [
    { ts: NOON - 1_000, value: 70 },
    { ts: NOON - 2_000, value: 90 },
  ];
  made.accept(received(TOPIC, { samples }));
  const [batch] = ledger.batches;
  expect(ledger.batches).toHaveLength(1);
  expect(kinds(batch?.events ?? [])).toEqual(['firing', 'resolved']);
});
