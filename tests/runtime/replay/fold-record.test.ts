/**
 * Records into an engine: each kind does what its method does, after time has passed up to it. Expected events come from
 * an engine that is driven by hand.
 */
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { createEngine } from '../../../rules/create-engine.js';
import type { Engine } from '../../../rules/engine.js';
import { foldRecord } from '../../../runtime/replay/fold-record.js';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { HOT, HOT_FOR, rulesOf } from './rules-of.js';

const START = Date.UTC(2026, 0, 5, 6);
const at = (seconds: number) => START + seconds * 1000;
const LATCHED = { ...HOT, id: 'latched', latch: true };
const SILENT = {
  id: 'silent',
  inputs: { temp: 'plant/{machine}/temp' },
  when: { absent: 'temp', for: '20s' },
};

const message = (seconds: number, payload: number, source?: string): JournalRecord => ({
  kind: 'message',
  message: {
    topic: 'plant/m1/temp',
    payload,
    time: at(seconds),
    arrival: at(seconds),
    ...(source === undefined ? {} : { source }),
  },
  bytes: Buffer.from(String(payload)),
  format: 'json',
  sender: 'm1',
  packetId: null,
  fingerprint: 0,
  hasOwnTime: false,
});

const files = (...rules: readonly object[]) => [{ path: 'rules/r.json', text: JSON.stringify({ rules }) }];

/** `30 hot-for firing` */
const told = (events: readonly AlertEvent[]) =>
  events.map(({ time, rule, event, reason }) =>
    [(time - START) / 1000, rule, event, ...(reason === undefined ? [] : [reason])].join(' '),
  );

function fold(
  rules: readonly object[],
  records: readonly JournalRecord[],
): { engine: Engine; events: string[] } {
  const engine = createEngine({ rules: rulesOf(...rules) });
  return { engine, events: told(records.flatMap((record) => foldRecord(engine, record))) };
}

const RAISED = message(0, 85);

test.each<[string, readonly object[], readonly JournalRecord[], readonly string[]]>([
  ['a message', [HOT], [RAISED], ['0 hot firing']],
  [
    'a tick fires what is due by then, at its own time',
    [HOT_FOR],
    [RAISED, { kind: 'tick', time: at(29) }, { kind: 'tick', time: at(31) }],
    ['0 hot-for pending', '30 hot-for firing'],
  ],
  [
    'a gap: delays stand still in it',
    [HOT_FOR],
    [
      RAISED,
      { kind: 'gap', from: at(10), to: at(100) },
      { kind: 'tick', time: at(119) },
      { kind: 'tick', time: at(120) },
    ],
    ['0 hot-for pending', '120 hot-for firing'],
  ],
  [
    'what was due before a gap fires before it',
    [HOT_FOR],
    [RAISED, { kind: 'gap', from: at(30), to: at(100) }],
    ['0 hot-for pending', '30 hot-for firing'],
  ],
  [
    'an offset: time passes by the old one first',
    [HOT_FOR],
    [RAISED, { kind: 'offset', time: at(30), offset: 5000 }, message(40, 70)],
    ['0 hot-for pending', '30 hot-for firing', '45 hot-for resolved normal'],
  ],
  [
    'a command, after what is due by then',
    [LATCHED, HOT_FOR],
    [
      RAISED,
      message(29, 85),
      {
        kind: 'command',
        time: at(30),
        command: { kind: 'forget', rule: 'latched', labels: { machine: 'm1' } },
      },
    ],
    ['0 hot-for pending', '0 latched firing', '30 hot-for firing', '30 latched resolved forgotten'],
  ],
  [
    'a command that is refused',
    [LATCHED],
    [
      RAISED,
      {
        kind: 'command',
        time: at(1),
        command: { kind: 'reset', rule: 'latched', labels: { machine: 'm1' } },
      },
    ],
    ['0 latched firing'],
  ],
  [
    'a connection that is down: absence stands still',
    [SILENT],
    [
      message(0, 1, 'plant'),
      { kind: 'connection', time: at(5), name: 'plant', isUp: false },
      { kind: 'connection', time: at(105), name: 'plant', isUp: true },
      { kind: 'tick', time: at(119) },
      { kind: 'tick', time: at(120) },
    ],
    ['120 silent firing'],
  ],
  [
    'other rules: those that are gone resolve',
    [HOT],
    [
      RAISED,
      { kind: 'plan', time: at(10), files: files(HOT_FOR) },
      message(20, 86),
      { kind: 'tick', time: at(60) },
    ],
    ['0 hot firing', '10 hot resolved rule removed', '20 hot-for pending', '50 hot-for firing'],
  ],
  [
    'what was lost',
    [HOT_FOR],
    [RAISED, { kind: 'lost', time: at(30), count: 7 }],
    ['0 hot-for pending', '30 hot-for firing'],
  ],
])('%s', (_name, rules, records, expected) => {
  const { engine, events } = fold(rules, records);
  expect(events).toEqual(expected);
  const last = records.at(-1);
  if (last !== undefined && last.kind !== 'message' && last.kind !== 'gap')
    expect(engine.time).toBe(last.time);
});

test('a plan has its tables', () => {
  const rule = { ...HOT, when: { value: 'temp', above: { lookup: 'limits', column: 'max' } } };
  const planAt = (seconds: number, max: number) =>
    ({
      kind: 'plan',
      time: at(seconds),
      files: [...files(rule), { path: 'tables/limits.csv', text: `machine,max\nm1,${max}\n` }],
    }) as const;
  const engine = createEngine({ rules: [] });
  const records = [planAt(0, 80), message(1, 85), planAt(2, 90), message(3, 89), message(4, 91)];
  expect(told(records.flatMap((record) => foldRecord(engine, record)))).toEqual([
    '1 hot firing',
    '2 hot resolved rule changed',
    '4 hot firing',
  ]);
});

test('a silent topic marks the events of its alerts', () => {
  const engine = createEngine({ rules: rulesOf(HOT) });
  foldRecord(engine, message(0, 70));
  expect(
    foldRecord(engine, { kind: 'silence', time: at(1), topic: 'plant/m1/temp', isSilent: true }),
  ).toEqual([]);
  expect(foldRecord(engine, message(2, 85))[0]).toMatchObject({ event: 'firing', stale: true });
});

test('rules can come from elsewhere', () => {
  const engine = createEngine({ rules: rulesOf(HOT) });
  const asked: unknown[] = [];
  const plan = { kind: 'plan', time: at(0), files: files(HOT_FOR) } as const;
  foldRecord(engine, plan, (sources) => {
    asked.push(sources);
    return { rules: rulesOf(HOT) };
  });
  expect(asked).toEqual([plan.files]);
  expect(told(foldRecord(engine, message(1, 85)))).toEqual(['1 hot firing']);
});
