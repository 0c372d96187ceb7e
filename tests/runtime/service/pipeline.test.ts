/**
 * The pipeline with a real engine and a ledger that commits when the test says so: nothing is shown, delivered or
 * acknowledged before it is kept, and whatever changes what the engine decides is in the journal.
 */
import { describe, expect, test } from 'vitest';
import { RejectionCounters } from '../../../firmware-bridge/rejection-counters.js';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import type { Notifier } from '../../../runtime/delivery/notifier.js';
import { EngineClock } from '../../../runtime/intake/engine-clock.js';
import { EngineTimer } from '../../../runtime/intake/engine-timer.js';
import { Intake } from '../../../runtime/intake/intake.js';
import { Redeliveries } from '../../../runtime/intake/redeliveries.js';
import { TopicTable } from '../../../runtime/intake/topic-table.js';
import { Pipeline } from '../../../runtime/service/pipeline.js';
import { Publication } from '../../../runtime/service/publication.js';
import type { PayloadSettings } from '../../../runtime/site/configuration.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { NOON, payloads, received } from '../intake/intake-fixture.js';
import { HOT, HOT_FOR, rulesOf } from '../replay/rules-of.js';
import { HeldLedger, settled } from './held-ledger.js';

const TOPIC = 'plant/m1/temp';

function pipeline(rule: object = HOT, settings: PayloadSettings[] = []) {
  const rules = rulesOf(rule);
  const clock = new SimulatedClock(NOON);
  const engineClock = new EngineClock(clock, Number.NEGATIVE_INFINITY);
  const ledger = new HeldLedger();
  const counters = new RejectionCounters();
  const shown: AlertEvent[] = [];
  const sent: { id: string; isStored: boolean }[] = [];
  const later: (() => void)[] = [];
  /** Tells of events at once, and of one thing more when it is due. */
  const agenda = { at: Number.POSITIVE_INFINITY };
  const offsets: number[] = [];
  const notifier: Pick<Notifier, 'tell' | 'nextDeadline' | 'setOffset'> = {
    setOffset: (ms) => offsets.push(ms),
    nextDeadline: () => agenda.at,
    tell(events, now) {
      const due = now >= agenda.at ? [REMINDER] : [];
      if (due.length > 0) agenda.at = Number.POSITIVE_INFINITY;
      const deliveries = [...events.map(deliveryOf), ...due];
      return { deliveries, levels: [], episodes: [], untold: {}, agenda: [] };
    },
  };
  const timer = new EngineTimer({ clock, engineClock }, () => made.advance());
  const made = new Pipeline({
    engine: createEngine({ rules }),
    engineClock,
    offset: 0,
    redeliveries: new Redeliveries({ sessions: 10, messagesMax: 10 }),
    intake: new Intake({
      topics: new TopicTable({ rules, payloads: settings, kept: [], seriesMax: 1_000_000 }),
      connections: new Set(),
      payloadBytesMax: 1_000,
      maxSkewMs: 300_000,
      maxBackfillMs: 7 * 86_400_000,
      counters,
      onFirstRejection: () => undefined,
      onBack: () => undefined,
    }),
    ledger,
    publication: new Publication({
      clock,
      notifier,
      show: (event) => shown.push(event),
      send: (deliveries, isStored) =>
        sent.push(...deliveries.map(({ thread }) => ({ id: thread, isStored }))),
      showLevels: () => undefined,
    }),
    counters,
    wakeAt: (deadline) => timer.watch(deadline),
    soon: (action) => later.push(action),
  });
  return { pipeline: made, clock, ledger, counters, shown, sent, later, agenda, offsets };
}

/** Only what the pipeline looks at. */
function deliveryOf(event: AlertEvent): Delivery {
  return { thread: event.event, severity: event.severity } as Delivery;
}

const REMINDER = { thread: 'reminder', severity: 'warning' } as Delivery;

const kinds = (events: readonly AlertEvent[]) => events.map(({ event }) => event);
const qos1 = (value: number, packetId = 1) => received(TOPIC, value, { qos: 1, packetId });

async function isSettled(
  promise: Promise<unknown> | undefined,
): Promise<'acknowledged' | 'refused' | 'waits'> {
  let state: 'acknowledged' | 'refused' | 'waits' = 'waits';
  promise?.then(
    () => {
      state = 'acknowledged';
    },
    () => {
      state = 'refused';
    },
  );
  if (promise === undefined) return 'acknowledged';
  await settled();
  return state;
}

test('nothing is shown, delivered or acknowledged before it is kept', async () => {
  const { pipeline: made, ledger, shown, sent } = pipeline();
  const accepted = made.accept(qos1(85));
  expect(await isSettled(accepted)).toBe('waits');
  expect({ shown, sent }).toEqual({ shown: [], sent: [] });
  expect(ledger.entries).toHaveLength(1);
  const [entry] = ledger.entries;
  expect(entry?.records).toMatchObject([
    { kind: 'message', message: { topic: TOPIC, payload: 85, time: NOON, arrival: NOON } },
  ]);
  expect(kinds(entry?.events ?? [])).toEqual(['firing']);
  expect(entry?.isAwaited).toBe(true);
  await ledger.commit();
  expect(await isSettled(accepted)).toBe('acknowledged');
  expect(shown).toEqual(entry?.events);
  expect(sent).toEqual([{ id: 'firing', isStored: true }]);
});

test('with QoS 0 nobody waits', () => {
  const { pipeline: made, ledger } = pipeline();
  expect(made.accept(received(TOPIC, 85))).toBeUndefined();
  expect(ledger.entries.map(({ isAwaited }) => isAwaited)).toEqual([false]);
});

test('what no rule wants is acknowledged at once and not kept', () => {
  const { pipeline: made, ledger } = pipeline();
  expect(made.accept(received('plant/m1/noise', 85, { qos: 1, packetId: 1 }))).toBeUndefined();
  expect(made.accept(received(TOPIC, Buffer.from('{"a":'), { qos: 1, packetId: 2 }))).toBeUndefined();
  expect(ledger.entries).toEqual([]);
});

test('every input that rules read is kept, whether it causes anything or not', () => {
  const { pipeline: made, ledger } = pipeline();
  made.accept(received(TOPIC, 20));
  made.accept(received(TOPIC, 21));
  expect(ledger.entries.map(({ events }) => events.length)).toEqual([0, 0]);
});

describe('what came before', () => {
  const repeat = { ...qos1(85), isRepeat: true };

  test('a redelivery is applied once, and acknowledged when its first copy is kept', async () => {
    const { pipeline: made, ledger, counters } = pipeline();
    made.accept(qos1(85));
    const again = made.accept(repeat);
    expect(ledger.entries).toHaveLength(1);
    expect(counters.total('embedded', 'redelivery')).toBe(1);
    expect(await isSettled(again)).toBe('waits');
    await ledger.commit();
    expect(await isSettled(again)).toBe('acknowledged');
  });

  test('a redelivery of something that was not wanted is acknowledged at once', () => {
    const { pipeline: made } = pipeline();
    const noise = received('plant/noise', 1, { qos: 1, packetId: 2 });
    made.accept(noise);
    expect(made.accept({ ...noise, isRepeat: true })).toBeUndefined();
  });

  test('a reading that is repeated waits for the first too', async () => {
    const { pipeline: made, ledger } = pipeline(HOT, [
      payloads('#', { timestamp: { path: ['ts'], unit: 'ms' } }),
    ]);
    const reading = (packetId: number) => received(TOPIC, { ts: NOON, value: 1 }, { qos: 1, packetId });
    made.accept(reading(1));
    const again = made.accept(reading(2));
    expect(ledger.entries).toHaveLength(1);
    expect(await isSettled(again)).toBe('waits');
    await ledger.commit();
    expect(await isSettled(again)).toBe('acknowledged');
  });
});

describe('while the disk takes nothing', () => {
  test('what was not kept is not acknowledged, and its notices go out from memory', async () => {
    const { pipeline: made, ledger, shown, sent } = pipeline();
    const accepted = made.accept(qos1(85));
    await ledger.fail();
    expect(await isSettled(accepted)).toBe('refused');
    expect(kinds(shown)).toEqual(['firing']);
    expect(sent).toEqual([{ id: 'firing', isStored: false }]);
  });

  test('rules go on; QoS 1 is not acknowledged, and not evaluated again when it is repeated', async () => {
    const { pipeline: made, ledger, shown } = pipeline();
    const first = made.accept(qos1(85));
    await ledger.fail();
    const repeated = made.accept({ ...qos1(85), isRepeat: true });
    await ledger.fail();
    expect([await isSettled(first), await isSettled(repeated)]).toEqual(['refused', 'refused']);
    expect(kinds(shown)).toEqual(['firing']);
    ledger.state = 'ok';
    expect(await isSettled(made.accept({ ...qos1(85), isRepeat: true }))).toBe('acknowledged');
    expect(kinds(shown)).toEqual(['firing']);
  });

  test('when no more can wait for it, QoS 1 is refused unevaluated, QoS 0 is evaluated', async () => {
    const { pipeline: made, ledger, shown } = pipeline();
    [ledger.state, ledger.isFull] = ['degraded', true];
    expect(await isSettled(made.accept(qos1(85)))).toBe('refused');
    expect(ledger.entries).toEqual([]);
    made.accept(received(TOPIC, 86));
    await ledger.fail();
    expect(kinds(shown)).toEqual(['firing']);
    [ledger.state, ledger.isFull] = ['ok', false];
    made.accept({ ...qos1(85), isRepeat: true });
    expect(ledger.records.at(-1)).toMatchObject({ kind: 'message', message: { payload: 85 } });
  });

  test.each([
    ['warning', 10_000],
    ['critical', 1_000],
  ])('a commit that takes long delays a %s notice by %s ms at most', async (severity, patienceMs) => {
    const { pipeline: made, ledger, clock, sent } = pipeline({ ...HOT, severity });
    made.accept(qos1(85));
    clock.advance(patienceMs - 1);
    expect(sent).toEqual([]);
    clock.advance(1);
    expect(sent).toEqual([{ id: 'firing', isStored: false }]);
    await ledger.commit();
    expect(sent).toHaveLength(1);
  });
});

describe('time', () => {
  test('a delay ends though nothing arrives, and the journal says how far time had come', async () => {
    const { pipeline: made, clock, ledger, shown } = pipeline(HOT_FOR);
    made.accept(received(TOPIC, 85));
    clock.advance(29_999);
    await ledger.commit();
    expect(kinds(shown)).toEqual(['pending']);
    clock.advance(1);
    await ledger.commit();
    expect(kinds(shown)).toEqual(['pending', 'firing']);
    expect(shown[1]?.time).toBe(NOON + 30_000);
    expect(ledger.entries.at(-1)?.records).toEqual([{ kind: 'tick', time: NOON + 30_000 }]);
  });

  test('a step of the wall clock moves printed times, not delays', async () => {
    const { pipeline: made, clock, ledger, shown, offsets } = pipeline(HOT_FOR);
    made.accept(received(TOPIC, 85));
    clock.advance(10_000);
    clock.setWall(clock.wall() + 3_600_000);
    void made.setOffset(3_600_000);
    expect(ledger.records.at(-1)).toEqual({ kind: 'offset', offset: 3_600_000, time: NOON + 10_000 });
    expect(offsets).toEqual([3_600_000]);
    clock.advance(20_000);
    await ledger.commit();
    expect(shown.at(-1)).toMatchObject({ event: 'firing', time: NOON + 30_000 + 3_600_000 });
  });

  test('what was to be told later is told when it is due, and kept before', async () => {
    const { pipeline: made, clock, ledger, sent, agenda } = pipeline();
    agenda.at = NOON + 60_000;
    made.accept(received(TOPIC, 20));
    made.tick();
    await ledger.commit();
    const before = ledger.entries.length;
    clock.advance(59_999);
    expect(ledger.entries).toHaveLength(before);
    clock.advance(1);
    expect(ledger.entries).toHaveLength(before + 1);
    expect(ledger.entries.at(-1)).toMatchObject({ records: [], events: [] });
    expect(sent).toEqual([]);
    await ledger.commit();
    expect(sent).toEqual([{ id: 'reminder', isStored: true }]);
  });

  test('many timers of one instant let messages in between them, and are kept together', async () => {
    const { pipeline: made, clock, ledger, shown, later } = pipeline(HOT_FOR);
    for (let i = 0; i < 2_500; i += 1) made.accept(received(`plant/m${i}/temp`, 85));
    await ledger.commit();
    shown.length = 0;
    const before = ledger.entries.length;
    clock.advance(30_000);
    expect(later).toHaveLength(1);
    expect(ledger.entries).toHaveLength(before);
    for (let next = later.shift(); next !== undefined; next = later.shift()) next();
    expect(ledger.entries).toHaveLength(before + 1);
    await ledger.commit();
    expect(shown).toHaveLength(2_500);
  });

  test('a message in between is kept with all that was due before it', async () => {
    const { pipeline: made, clock, ledger, shown, later } = pipeline(HOT_FOR);
    for (let i = 0; i < 2_500; i += 1) made.accept(received(`plant/m${i}/temp`, 85));
    await ledger.commit();
    shown.length = 0;
    clock.advance(30_000);
    made.accept(received('plant/m1/temp', 20));
    expect(kinds(ledger.entries.at(-1)?.events ?? []).filter((kind) => kind === 'firing')).toHaveLength(
      2_500,
    );
    expect(kinds(ledger.entries.at(-1)?.events ?? []).at(-1)).toBe('resolved');
    for (let next = later.shift(); next !== undefined; next = later.shift()) next();
    await ledger.commit();
    expect(shown).toHaveLength(2_501);
  });
});

test('what changes the decisions of the engine is a record', () => {
  const { pipeline: made, clock, ledger } = pipeline();
  const files = [{ path: 'rules/a.json', text: JSON.stringify(HOT_FOR) }];
  void made.gap(NOON - 60_000);
  clock.advance(5);
  made.connection('plant', false);
  void made.replan({ rules: rulesOf(HOT_FOR) }, files);
  made.tick();
  expect(ledger.records).toEqual([
    { kind: 'gap', from: NOON - 60_000, to: NOON },
    { kind: 'connection', time: NOON + 5, name: 'plant', isUp: false },
    { kind: 'plan', time: NOON + 5, files },
    { kind: 'tick', time: NOON + 5 },
  ]);
});

describe('commands', () => {
  const LATCHED = { ...HOT, latch: true };
  const reset = { kind: 'reset', rule: 'hot', labels: { machine: 'm1' } } as const;

  test('are done when they can no longer be lost', async () => {
    const { pipeline: made, ledger, shown } = pipeline(LATCHED);
    made.accept(received(TOPIC, 85));
    made.accept(received(TOPIC, 20));
    const result = made.command(reset);
    expect(await isSettled(result)).toBe('waits');
    await ledger.commit();
    expect(await result).toMatchObject({ kind: 'done' });
    expect(kinds(shown)).toEqual(['firing', 'cleared', 'resolved']);
    expect(ledger.records.at(-1)).toEqual({ kind: 'command', time: NOON, command: reset });
  });

  test('that are refused leave nothing behind but the time', async () => {
    const { pipeline: made, ledger } = pipeline(LATCHED);
    made.accept(received(TOPIC, 85));
    const result = made.command(reset);
    await ledger.commit();
    expect(await result).toMatchObject({ kind: 'refused' });
    expect(ledger.records.at(-1)).toEqual({ kind: 'tick', time: NOON });
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
  expect(ledger.entries).toHaveLength(1);
  expect(kinds(ledger.entries[0]?.events ?? [])).toEqual(['firing', 'resolved']);
});
