/**
 * `tocsin replay --sweep`: settings of a rule beside each other. Every setting must give what a replay of the rule with that
 * setting written into it gives, from a recording and from a journal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { planOfFiles } from '../../../runtime/replay/held-rules.js';
import { journalLine } from '../../../runtime/replay/journal-line.js';
import { startReplay } from '../../../runtime/replay/replay.js';
import { packContent } from '../../../runtime/replay/snapshot-content.js';
import { seededRandom } from '../../seeded-random.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const NO_TOPICS = { topics: [], pulses: new Float64Array(0), recent: [] };

const START = Date.UTC(2026, 0, 5, 6);
const SECOND = 1_000;
const TOPIC = 'plant/m1/temp';

/** An oven that is at its limit for 100 s twice, and has short peaks: a value a second. */
function temperatures(): number[] {
  const random = seededRandom(5);
  return Array.from({ length: 600 }, (_, second) => {
    const isHot = (second > 100 && second < 200) || (second > 400 && second < 500);
    const isPeak = second % 220 < 3;
    return Math.round(10 * ((isHot ? 81 : isPeak ? 84 : 70) + 4 * random() - 2)) / 10;
  });
}

const VALUES = temperatures();
const RECORDING = VALUES.map((payload, second) =>
  JSON.stringify({ time: START + second * SECOND, topic: TOPIC, payload }),
).join('\n');

const ruleWith = (when: object) => ({ id: 'hot', inputs: { temp: 'plant/{machine}/temp' }, when });
const WRITTEN = { value: 'temp', above: 80, for: '2s' };
const RECEIVERS = { receivers: { scada: { webhook: { url: 'http://127.0.0.1:1/' } } } };

function siteWith(rule: object, configuration: object = RECEIVERS): string {
  return temporarySite({ 'tocsin.json': configuration, 'rules/hot.json': rule, 'in.ndjson': RECORDING });
}

interface Report {
  written: Numbers;
  settings: (Numbers & { isWritten: boolean; problem?: string })[];
  suggestion: { kind: string; set: string[] | null; reasons: string[] };
  sweeps: { name: string; places: object[] }[];
  messages: number;
}

interface Numbers {
  set: string[];
  firings: number;
  alarmMs: number;
  notices: number | null;
  lost: number;
}

async function swept(folder: string, ...options: readonly string[]): Promise<Report> {
  const input = options.includes('--journal') ? [] : ['--input', join(folder, 'in.ndjson')];
  const { code, stdout, stderr } = await tocsin(['replay', '--site', folder, ...input, ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

/** What a replay of a rule gives, counted by hand. */
async function replayed(rule: object): Promise<{ firings: number; alarmMs: number }> {
  const folder = siteWith(rule);
  const { stdout } = await tocsin(['replay', '--site', folder, '--input', join(folder, 'in.ndjson')]);
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AlertEvent);
  const sum = (kind: string) =>
    events.filter(({ event }) => event === kind).reduce((total, { time }) => total + time, 0);
  const firings = events.filter(({ event }) => event === 'firing').length;
  const isOpen = firings > events.filter(({ event }) => event === 'resolved').length;
  const end = isOpen ? START + (VALUES.length - 1) * SECOND : 0;
  return { firings, alarmMs: sum('resolved') + end - sum('firing') };
}

describe('each setting is what a replay with it gives', () => {
  const grid = ['--sweep', 'for=0s,5s', '--sweep', 'hot.when.deadband=0,2.5'];

  test('of a recording and of a journal', async () => {
    const folder = siteWith(ruleWith(WRITTEN));
    const report = await swept(folder, ...grid);
    expect(report.settings).toHaveLength(4);
    for (const { set, firings, alarmMs } of report.settings) {
      const [delay, deadband] = set;
      const when = { ...WRITTEN, for: delay, deadband: Number(deadband) };
      expect({ set, firings, alarmMs }).toEqual({ set, ...(await replayed(ruleWith(when))) });
    }
    expect(report.written).toMatchObject(await replayed(ruleWith(WRITTEN)));

    writeFileSync(join(folder, 'journal.ndjson'), journalOf(folder));
    const { messages, written, settings } = await swept(
      folder,
      '--journal',
      join(folder, 'journal.ndjson'),
      ...grid,
    );
    expect({ messages, written, settings }).toEqual({
      messages: report.messages,
      written: report.written,
      settings: report.settings,
    });
  });

  test('notices as the routes have them: a firing and a resolve each', async () => {
    const { settings } = await swept(siteWith(ruleWith(WRITTEN)), '--sweep', 'deadband=3');
    expect(settings).toMatchObject([{ firings: 4, notices: 8 }]);
  });

  test('without receivers there are no notices to count', async () => {
    const { written } = await swept(siteWith(ruleWith(WRITTEN), {}), '--sweep', 'deadband=3');
    expect(written.notices).toBeNull();
  });

  test('with what the rule reads: a table, a function, a view, and the rule that suppresses it', async () => {
    const rule = {
      ...ruleWith({ expr: 'twice(mean)', above: { lookup: 'limits', column: 'limit' }, for: '2s' }),
      inputs: { mean: { view: 'means', field: 'mean' } },
      suppressedBy: [{ rule: 'other' }],
    };
    const folder = temporarySite({
      'rules/hot.json': rule,
      'rules/other.json': { ...ruleWith('temp > 1000' as unknown as object), id: 'other' },
      'rules/none-of-it.json': { ...ruleWith('temp > 2000' as unknown as object), id: 'third' },
      'views/means.json': {
        id: 'means',
        inputs: { temp: 'plant/{machine}/temp' },
        emit: { mean: { avg: 'temp', over: 3 } },
      },
      'tables/limits.csv': 'machine,limit\nm1,160\n',
      'functions/twice.js': 'export default (x) => 2 * x;\n',
      'in.ndjson': RECORDING,
    });
    const { written, settings } = await swept(folder, '--sweep', 'hot.when.for=1s,2s');
    expect(written.firings).toBeGreaterThan(1);
    expect(settings).toMatchObject([
      { firings: expect.any(Number) },
      { isWritten: true, firings: written.firings },
    ]);
  });

  test('only one severity is counted where only it is swept', async () => {
    const rule = { ...ruleWith({ warning: 'temp > 75', critical: WRITTEN }) };
    const { settings } = await swept(siteWith(rule), '--sweep', 'critical.deadband=0,3');
    const plain = await swept(siteWith(ruleWith(WRITTEN)), '--sweep', 'deadband=0,3');
    expect(settings.map(({ firings, alarmMs }) => ({ firings, alarmMs }))).toEqual(
      plain.settings.map(({ firings, alarmMs }) => ({ firings, alarmMs })),
    );
  });
});

/** The rule and the messages as the service would have written them; the rule comes a moment after the start. */
function journalOf(folder: string): string {
  const files = [{ path: 'rules/hot.json', text: readFileSync(join(folder, 'rules/hot.json'), 'utf8') }];
  const head = { kind: 'head', program: 'x', gateway: 'gw', files: [], snapshotBytes: 0 } as const;
  return [
    head,
    { kind: 'tick', time: START - 2 } as const,
    { kind: 'plan', time: START - 1, files } as const,
    ...VALUES.map((payload, second) => {
      const time = START + second * SECOND;
      return { kind: 'message', message: { topic: TOPIC, payload, time, arrival: time } } as const;
    }),
  ]
    .map((entry) => `${journalLine(entry)}\n`)
    .join('');
}

test('a later version of the rule without the key is left as it is', async () => {
  const folder = siteWith(ruleWith(WRITTEN));
  const other = JSON.stringify(ruleWith('temp > 1000' as unknown as object));
  const change = journalLine({
    kind: 'plan',
    time: START + VALUES.length * SECOND,
    files: [{ path: 'rules/hot.json', text: other }],
  });
  writeFileSync(join(folder, 'journal.ndjson'), `${journalOf(folder)}${change}\n`);
  const { settings } = await swept(
    folder,
    '--journal',
    join(folder, 'journal.ndjson'),
    '--sweep',
    'deadband=3',
  );
  expect(settings).toMatchObject([{ firings: 4 }]);
});

test('a journal that begins with a saved state: what is on then counts, and settings begin anew', async () => {
  // A second rule that is not swept is in the saved state too.
  const rules = [ruleWith({ value: 'temp', above: 60 }), { ...ruleWith(WRITTEN), id: 'other' }];
  const files = rules.map((rule) => ({ path: `rules/${rule.id}.json`, text: JSON.stringify(rule) }));
  const replay = startReplay(planOfFiles(files));
  const messages = VALUES.map((payload, second) => ({
    topic: TOPIC,
    payload,
    time: START + second * SECOND,
  }));
  for (const message of messages.slice(0, 300)) replay.message(message);
  const data = packContent({ engine: replay.engine.save(), offset: 0, topics: NO_TOPICS, redeliveries: [] });
  const lines = [
    { kind: 'head', program: 'x', gateway: 'gw', files, snapshotBytes: data.length } as const,
    { kind: 'snapshot', data } as const,
    ...messages.slice(300).map((message) => {
      return { kind: 'message', message: { ...message, arrival: message.time } } as const;
    }),
  ].map((entry) => `${journalLine(entry)}\n`);
  const folder = temporarySite({ 'journal.ndjson': lines.join('') });
  const journal = join(folder, 'journal.ndjson');
  const { written, settings } = await swept(folder, '--journal', journal, '--sweep', 'hot.when.above=60,61');
  // It fires all the time.
  expect(written).toMatchObject({ firings: 1, kept: 1, alarmMs: 300 * SECOND });
  expect(settings).toMatchObject([{ isWritten: true }, { firings: 1, kept: 1, alarmMs: 299 * SECOND }]);
});

describe('for people', () => {
  test('a table, what is suggested, and what it costs', async () => {
    const folder = siteWith(ruleWith(WRITTEN));
    const { code, stdout } = await tocsin([
      'replay',
      '--site',
      folder,
      '--input',
      join(folder, 'in.ndjson'),
      '--sweep',
      'deadband=0..4:1',
      '--summary',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "600 messages, 2026-01-05 06:00:00 to 2026-01-05 06:09:59 UTC (9m 59s)
        hot.when.deadband, now 0

           deadband  fired   alarm  min     max  short  chatter  lost  late  notices
      now         0     32  1m 21s   0s     13s     32       27     0    0s       64
                  1      6   3m 9s   1s     58s      6        0     0    0s       12
      →           2      4  3m 15s   1s  1m 37s      2        0     0    0s        8
                  3      4  3m 15s   1s  1m 37s      2        0     0    0s        8
                  4      4  3m 15s   1s  1m 37s      2        0     0    0s        8

      alarm: time in alarm, min and max: its shortest and longest. short: over in less
      than 1m. chatter: fired for the third time within a minute. lost: long alarms of
      the rule as it is written that are not raised. late: by how much later than now
      the latest of the others comes.

      Suggested: hot.when.deadband = 2
        4 firings instead of 32, 2 shorter than 1m (before: 32), none chattering
        (before: 27); 8 notices instead of 64. Both long alarms are kept.
        What it trades: it is in alarm 1m 54s longer in all.
        That is little to go by: 2 long alarms in all. Try it on a longer recording
        too.
        The same is given by 3, 4. What is suggested is the smallest change; another
        one leaves more margin.
      "
    `);
  });

  test('into a file, and the table beside it', async () => {
    const folder = siteWith(ruleWith(WRITTEN));
    const output = join(folder, 'out.json');
    const { stdout } = await tocsin(
      [
        'replay',
        '--site',
        folder,
        '--input',
        join(folder, 'in.ndjson'),
        '--sweep',
        'for=1s',
        '--output',
        output,
      ],
      { isTerminal: true },
    );
    expect(stdout).toContain('No change is suggested.');
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ settings: [{ set: ['1s'] }] });
  });

  test('a setting that would be refused is said, and the others go on', async () => {
    const folder = siteWith(ruleWith({ value: 'temp', outside: [60, 80], deadband: 1 }));
    const { settings } = await swept(folder, '--sweep', 'deadband=1,10');
    expect(settings).toMatchObject([{ isWritten: true }, { problem: expect.stringContaining('deadband') }]);
  });
});

describe('refused', () => {
  test.each<[readonly string[], string]>([
    [['--sweep', 'deadband'], "--sweep must be a key and its values, such as deadband=0..5, got 'deadband'"],
    [['--sweep', 'abve=1..2'], "--sweep: nothing that can be swept is called 'abve', did you mean 'above'?"],
    [['--sweep', 'above=1..x'], "--sweep: 'x' in '1..x' is not a number"],
    [['--sweep', 'for=30'], "--sweep: '30' is not a duration such as 30s"],
    [
      ['--sweep', 'above=1..60:1', '--sweep', 'for=1s..5s:1s'],
      '--sweep: 60 × 5 are 300 settings, 250 are possible',
    ],
    [
      ['--sweep', 'above=1', '--sweep', 'when.above=2'],
      "--sweep: 'when.above' sets hot.when.above, which another --sweep sets too",
    ],
    [['--sweep', 'above=1', '--short', '0s'], "--short must be a duration above zero such as 30s, got '0s'"],
    [['--short', '5s'], '--short is for --sweep'],
    [['--sweep', 'above=1', '--pending'], '--pending is about events, and --sweep only counts them'],
    [['--sweep', 'above=1', '--rule', 'hto'], "there is no rule 'hto' in the site, did you mean 'hot'?"],
  ])('%j', async (options, message) => {
    const folder = siteWith(ruleWith(WRITTEN));
    const args = ['replay', '--site', folder, '--input', join(folder, 'in.ndjson'), ...options];
    const { code, stdout, stderr } = await tocsin(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`tocsin replay: ${message}`);
  });

  test('a journal without rules', async () => {
    const folder = temporarySite({
      'j.ndjson': `${journalOf(siteWith(ruleWith(WRITTEN))).split('\n', 1)[0]}\n`,
    });
    const { code, stderr } = await tocsin([
      'replay',
      '--journal',
      join(folder, 'j.ndjson'),
      '--sweep',
      'above=1',
    ]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there are no rules in '),
    });
  });
});
