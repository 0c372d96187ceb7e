/** The status of a site as people see it: nothing more than is needed when all is well. */
import { expect, test } from 'vitest';
import { statusPage } from '../../../../runtime/command-line/pages/status-page.js';
import type { StatusView } from '../../../../runtime/control/control-views.js';
import { ALERT, STATUS } from '../../control/fake-target.js';
import { NOW, PAGE, tooLong } from './page-fixture.js';

test('all is well', () => {
  expect(statusPage(STATUS, PAGE)).toBe(
    `plant-7/gw-2  tocsin 0.1.0
running for 2h 5m, since 2026-01-05 05:00:00 +01:00 (pid 4711)

messages     12,345 taken, with 23,456 readings
rules        12 rules, which watch 80 instances
connections  embedded    127.0.0.1:1883  up for 2h 5m, 3 clients
storage      balanced, journal of 1.2 MB, 321 commits
notices      7 owed: 6 delivered, 1 suppressed
waiting      0 notices
files        1 file, all right
`,
  );
});

const ISSUE = {
  file: 'rules/press.json',
  line: 4,
  column: 44,
  endColumn: 53,
  code: 'unknown-key',
  severity: 'error',
  message: 'The key "deadbnd" has no meaning here.',
  hint: null,
} as const;

const REJECTED = { source: 'embedded', topic: 'plant/m1/temp', sender: 'press-1', lastAt: NOW } as const;

test('all is not well', () => {
  const status: StatusView = {
    ...STATUS,
    connections: [
      ...STATUS.connections,
      {
        name: 'plant',
        address: 'mqtts://broker:8883',
        state: 'down',
        since: NOW - 60_000,
        clients: null,
        lastError: 'connection refused',
      },
      { name: 'old', address: 'mqtt://old:1883', state: 'down', since: null, clients: null, lastError: null },
    ],
    intake: {
      ...STATUS.intake,
      rejected: { oversized: 2, malformed: 1234 },
      samples: [
        { ...REJECTED, reason: 'oversized', payload: '' },
        {
          ...REJECTED,
          reason: 'malformed',
          payload: '{"temp": 81.5, "unit": "C", "by": "press-1", "at": 17980000',
        },
      ],
    },
    engine: { ...STATUS.engine, lagMs: 2500 },
    storage: { ...STATUS.storage, degraded: true },
    outbox: { queued: 3, oldestMs: 300_000, dead: 1 },
    files: [
      { file: 'tocsin.json', state: 'ok', errors: [] },
      { file: 'rules/press.json', state: 'last-good', errors: [ISSUE] },
      { file: 'rules/gone.json', state: 'missing', errors: [] },
      { file: 'rules/moved.json', state: 'last-good', errors: [] },
    ],
    system: [
      { ...ALERT, rule: 'tocsin/connection-down', labels: { connection: 'plant' }, message: 'plant is down' },
    ],
  };
  expect(statusPage(status, PAGE)).toBe(
    `plant-7/gw-2  tocsin 0.1.0
running for 2h 5m, since 2026-01-05 05:00:00 +01:00 (pid 4711)

messages     12,345 taken, with 23,456 readings
             1,236 not taken, or not as they came: 1,234 malformed, 2 oversized
             malformed, as plant/m1/temp from press-1:
               {"temp": 81.5, "unit": "C", "by": "press-1", "at": 17980000
             oversized, as plant/m1/temp from press-1:
               (nothing)
rules        12 rules, which watch 80 instances, 2s behind
connections  embedded    127.0.0.1:1883  up for 2h 5m, 3 clients
             plant       mqtts://broker:8883  down for 1m
               connection refused
             old         mqtt://old:1883  never up
storage      balanced, journal of 1.2 MB, 321 commits
             nothing can be stored at present
notices      7 owed: 6 delivered, 1 suppressed
waiting      3 notices, the oldest for 5m; 1 dead letter
files        4 files, 3 of them not as they should be
             rules/press.json has errors: what it said before is in force
               rules/press.json:4:44: The key "deadbnd" has no meaning here.
             rules/gone.json is gone: what it said is in force
             rules/moved.json is taken up in a moment, if no rule turns up
             elsewhere
             Look closer: tocsin check

CRITICAL tocsin/connection-down  connection=plant                         5m 12s
         plant is down
`,
  );
});

test('not running', () => {
  const text = statusPage({ ...STATUS, pid: null, startedAt: null, ready: false }, PAGE);
  expect(text.split('\n')[1]).toBe('not running');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [99_949, '99.9 kB'],
  [123_456, '123 kB'],
  [12_345_678, '12.3 MB'],
  [5e15, '5000 TB'],
])('%i bytes are %s', (journalBytes, text) => {
  expect(statusPage({ ...STATUS, storage: { ...STATUS.storage, journalBytes } }, PAGE)).toContain(
    `journal of ${text},`,
  );
});

test('long names stay on the page', () => {
  const connections = [
    { ...STATUS.connections[0], name: 'n'.repeat(64), address: `mqtt://${'h'.repeat(200)}` },
  ];
  const rejected = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`reason${index}`, index + 1]),
  );
  const long = { ...REJECTED, topic: 't'.repeat(100), payload: 'p'.repeat(110) };
  const samples = Object.keys(rejected).map((reason) => ({ ...long, reason }));
  const status = { ...STATUS, connections, intake: { ...STATUS.intake, rejected, samples } } as StatusView;
  const page = statusPage(status, PAGE);
  expect(tooLong(page)).toEqual([]);
  // Of the three that were met most often.
  expect(page.match(/reason\d+, as ttt/g)).toEqual([
    'reason19, as ttt',
    'reason18, as ttt',
    'reason17, as ttt',
  ]);
});

test('an older service shows no samples', () => {
  const { samples, ...intake } = STATUS.intake;
  expect(statusPage({ ...STATUS, intake: { ...intake, rejected: { malformed: 1 } } }, PAGE)).toContain(
    '1 malformed\nrules',
  );
});
