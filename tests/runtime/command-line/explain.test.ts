/** `tocsin explain` in what is recorded: a recording, an exported journal, and what is stored of the site itself. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { HOT_FOR } from '../replay/rules-of.js';
import { delivery, message, NOTHING, opened } from '../storage/ledger-fixture.js';
import { temporarySite } from '../temporary-site.js';
import { LiveRun, START } from './live-run.js';
import { tocsin } from './run-in-process.js';

const at = (seconds: number) => START + seconds * 1000;
const FILES = {
  'tocsin.json': { timezone: 'UTC' },
  'rules/hot.json': HOT_FOR,
  'in.ndjson': [0, 10, 20]
    .map((second) => JSON.stringify({ time: at(second), topic: 'plant/m1/temp', payload: 85 }))
    .join('\n'),
  'in.csv': `at,m1\n${[0, 10, 20].map((second) => `${at(second)},85`).join('\n')}\n`,
};

const reading = (second: number): JournalRecord =>
  message(0, {
    message: { topic: 'plant/m1/temp', payload: 85, time: at(second), arrival: at(second) },
    bytes: Buffer.from('85'),
  });

/** A site in which m1 is hot from the beginning on, and 100 s are recorded. */
async function recordedSite() {
  const site = temporarySite(FILES);
  const { ledger, ...rest } = await opened(join(site, 'data'));
  const run = new LiveRun({ ledger, ...rest }, 1);
  run.take({ kind: 'plan', time: at(0), files: [{ path: 'rules/hot.json', text: JSON.stringify(HOT_FOR) }] });
  run.take(reading(0));
  run.take({ kind: 'tick', time: at(40) });
  const [firing] = run.events.filter(({ event }) => event === 'firing');
  const about = delivery('n1');
  const alerts = about.notice.alerts.map((alert) => ({ ...alert, event: firing ?? alert.event }));
  const sent = {
    ...about,
    lane: firing?.episode ?? '',
    createdAt: at(30),
    notice: { ...about.notice, alerts },
  };
  void ledger.append({ ...NOTHING, deliveries: [sent] });
  run.take({ kind: 'tick', time: at(100) });
  await ledger.close();
  return site;
}

const explain = async (...args: string[]) => {
  const { code, stdout, stderr } = await tocsin(['explain', 'hot-for', ...args, '--json']);
  const explanations = stdout === '' ? [] : JSON.parse(stdout);
  return { code, stderr, explanations };
};

const PENDING = {
  rule: 'hot-for',
  labels: { machine: 'm1' },
  state: 'pending',
  values: { temp: 85 },
  levels: [{ condition: { state: 'false', due: at(30) } }],
  alert: null,
  told: [],
};
const FIRING = {
  state: 'firing',
  levels: [{ condition: { state: 'true' } }],
  alert: { since: at(30), suppressed: false },
};

describe('in a recording', () => {
  test.each<[string, string[], object]>([
    ['at its end', ['--input', 'in.ndjson'], { ...PENDING, time: at(20) }],
    ['later', ['--input', 'in.ndjson', '--at', String(at(45))], { ...FIRING, time: at(45) }],
    ['earlier', ['--input', 'in.ndjson', '--at', String(at(15))], { ...PENDING, time: at(15) }],
    [
      'CSV',
      ['--input', 'in.csv', '--topic', 'plant/{column}/temp', '--time-column', 'at'],
      { ...PENDING, time: at(20) },
    ],
  ])('%s', async (_name, args, expected) => {
    const site = temporarySite(FILES);
    const files = args.map((arg) => (arg.startsWith('in.') ? join(site, arg) : arg));
    const { code, stderr, explanations } = await explain(...files, '--site', site);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(explanations).toMatchObject([expected]);
  });

  test('who would have been told by then, and who would be next', async () => {
    const receivers = {
      scada: { webhook: { url: 'http://127.0.0.1:1/' } },
      boss: { email: { to: ['boss@plant.example'] } },
      late: { email: { to: ['late@plant.example'] } },
    };
    const routes = [{ to: ['scada', 'boss'], wait: '5s', escalate: [{ after: '1m', to: ['late'] }] }];
    const site = temporarySite({
      ...FILES,
      'tocsin.json': { timezone: 'UTC', receivers, routes, smtp: { folder: 'mail' } },
    });
    const told = async (second: number) => {
      const args = ['--input', join(site, 'in.ndjson'), '--at', String(at(second)), '--site', site];
      const { explanations } = await explain(...args);
      const rows: { receiver: string; state: string; at: number }[] = explanations[0].told;
      return rows.map((row) => `${row.receiver} ${row.state} ${(row.at - START) / 1000}`).sort();
    };
    expect(await told(29)).toEqual([]);
    expect(await told(34)).toEqual(['boss would-go 35', 'late would-go 90', 'scada would-go 35']);
    expect(await told(35)).toEqual([
      'boss would-have-gone 35',
      'late would-go 90',
      'scada would-have-gone 35',
    ]);
    expect(await told(90)).toContain('late would-have-gone 90');
  });

  test('what suppresses it', async () => {
    const rules = [
      { ...HOT_FOR, suppressedBy: [{ rule: 'warm' }, { rule: 'line' }] },
      { ...HOT_FOR, id: 'warm', when: 'temp > 50' },
      { id: 'line', inputs: { any: 'plant/+/temp' }, when: 'count(any, 10) > 99' },
    ];
    const site = temporarySite({ ...FILES, 'rules/hot.json': { rules } });
    const args = ['--input', join(site, 'in.ndjson'), '--at', String(at(45)), '--site', site];
    expect((await explain(...args)).explanations).toMatchObject([
      { alert: { suppressed: true }, mutedBy: [{ rule: 'warm', labels: { machine: 'm1' } }] },
    ]);
  });

  test('before anything came', async () => {
    const site = temporarySite(FILES);
    const args = ['--input', join(site, 'in.ndjson'), '--at', String(at(-1)), '--site', site];
    expect(await explain(...args)).toMatchObject({ code: 1, explanations: [] });
  });

  test('no such rule, or file', async () => {
    const site = temporarySite(FILES);
    const args = ['--site', site, '--input', join(site, 'gone.ndjson')];
    expect(await tocsin(['explain', 'hot-fr', ...args])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no rule 'hot-fr' in the site, did you mean 'hot-for'?"),
    });
    expect(await explain(...args)).toMatchObject({ code: 3, stderr: expect.stringContaining('gone.ndjson') });
  });
});

describe('in what is stored', () => {
  test('the end, without a service, and who was told', async () => {
    const site = await recordedSite();
    const { code, stderr, explanations } = await explain('--site', site);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '(not running)\n' });
    expect(explanations).toMatchObject([
      { ...FIRING, time: at(100), told: [{ id: 'n1', receiver: 'scada', kind: 'firing', state: 'queued' }] },
    ]);
  });

  test.each<[string, number, object]>([
    ['before it fired', 25, PENDING],
    ['when it fired, nobody told yet', 30, { ...FIRING, told: [{ id: 'n1' }] }],
    ['later', 50, { ...FIRING, told: [{ id: 'n1' }] }],
  ])('%s', async (_name, second, expected) => {
    const site = await recordedSite();
    const { code, stderr, explanations } = await explain('--site', site, '--at', String(at(second)));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(explanations).toMatchObject([{ time: at(second), ...expected }]);
  });

  test('nothing is', async () => {
    const site = temporarySite(FILES);
    expect(await explain('--site', site, '--at', '0')).toEqual({
      code: 3,
      stderr: `tocsin explain: nothing is stored in ${site}/data yet\n`,
      explanations: [],
    });
  });

  test('a rule that never ran', async () => {
    const site = await recordedSite();
    expect(await tocsin(['explain', 'hot-fr', '--site', site, '--at', String(at(50))])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no rule 'hot-fr', did you mean 'hot-for'?"),
    });
  });
});

test('in an exported journal, without its site', async () => {
  const site = await recordedSite();
  const journal = join(site, 'journal.ndjson');
  await tocsin(['export', '--journal', '--site', site, '--output', journal]);
  const { code, explanations } = await explain('--journal', journal, '--at', String(at(50)));
  expect(code).toBe(0);
  expect(explanations).toMatchObject([{ ...FIRING, time: at(50) }]);
});

test('alerts and deliveries are read of what is stored', async () => {
  const site = await recordedSite();
  const alerts = await tocsin(['alerts', '--site', site, '--json']);
  expect(JSON.parse(alerts.stdout)).toMatchObject([{ rule: 'hot-for', state: 'firing', since: at(30) }]);
  const deliveries = await tocsin(['deliveries', '--site', site, '--json']);
  expect(JSON.parse(deliveries.stdout)).toMatchObject([
    { id: 'n1', receiver: 'scada', state: 'queued', createdAt: at(30) },
  ]);
  const status = await tocsin(['status', '--site', site, '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({
    ready: false,
    pid: null,
    engine: { rules: 1 },
    outbox: { queued: 1, dead: 0 },
    accounting: { raised: 1, queued: 1 },
    files: [
      { file: 'tocsin.json', state: 'ok' },
      { file: 'rules/hot.json', state: 'ok' },
    ],
  });
});
