/** Commands that look after a running service: what they ask it, what they print, and what is said without one. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ALERT, DELIVERY, EXPLANATION, STATUS } from '../control/fake-target.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';
import { runningSite } from './running-site.js';

const idle = () => temporarySite({ 'tocsin.json': { gateway: 'g', timezone: 'UTC' } });

describe('for programs', () => {
  test.each<[string, string[], unknown, unknown]>([
    ['alerts', ['alerts'], [ALERT], 'alerts'],
    ['status', ['status'], STATUS, 'status'],
    ['deliveries', ['deliveries'], [DELIVERY], { states: [], receiver: null, limit: 100 }],
    [
      'some deliveries',
      ['deliveries', '--state', 'dead', '--state', 'queued', '--receiver', 'scada', '--limit', '7'],
      [DELIVERY],
      { states: ['dead', 'queued'], receiver: 'scada', limit: 7 },
    ],
    ['a test notice', ['notify-test', 'scada'], { kind: 'delivered', id: DELIVERY.id }, { test: 'scada' }],
    [
      'dead letters again',
      ['deliveries', 'retry', 'a', 'b'],
      { retried: [DELIVERY.id], refused: [] },
      { retry: ['a', 'b'] },
    ],
    [
      'all of them',
      ['deliveries', 'retry', '--all'],
      { retried: [DELIVERY.id], refused: [] },
      { retry: 'all' },
    ],
  ])('%s', async (_name, args, answer, asked) => {
    const { site, target } = await runningSite();
    const { code, stdout, stderr } = await tocsin([...args, '--site', site, '--json']);
    expect({ code, stderr, answer: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', answer });
    expect(target.asked).toEqual([asked]);
  });
});

describe('for people', () => {
  test.each<[string, string[], RegExp]>([
    ['alerts', ['alerts'], /^CRITICAL press-overheat {2}line=l1 machine=m1 /],
    ['status', ['status'], /^plant-7\/gw-2 {2}tocsin 0\.1\.0\nrunning for /],
    ['deliveries', ['deliveries'], /^NOTICE [\s\S]* 3 failed attempts; the last: it answered 410\n/],
    ['notify-test', ['notify-test', 'scada'], /^scada took the test notice abcdefghijklmnopqrstuvwxyz\n$/],
    ['deliveries retry', ['deliveries', 'retry', 'a'], /^sending 1 notice again\n$/],
    [
      'explain',
      ['explain', 'press-overheat'],
      /^press-overheat {2}line=l1 machine=m1\nfiring \(critical\) since /,
    ],
    ['reset', ['reset', 'press-overheat'], /^press-overheat line=l1 machine=m1: reset\n$/],
  ])('%s', async (_name, args, expected) => {
    const { site } = await runningSite();
    expect(await tocsin([...args, '--site', site])).toEqual({
      code: 0,
      stdout: expect.stringMatching(expected),
      stderr: '',
    });
  });
});

describe('without a service', () => {
  test.each<[string[], RegExp]>([
    [['alerts'], /^No alerts\.\n$/],
    [['alerts', '--json'], /^\[\]\n$/],
    [['deliveries'], /^No notices\.\n$/],
    [['deliveries', '--json'], /^\[\]\n$/],
    [['status'], /^g {2}tocsin \d.*\nnot running\n/],
    [['status', '--json'], /^\{\n {2}"gateway": "g",\n {2}"version": ".*",\n {2}"pid": null,/],
  ])('%j reads, and says so', async (args, expected) => {
    expect(await tocsin([...args, '--site', idle()])).toEqual({
      code: 0,
      stdout: expect.stringMatching(expected),
      stderr: '(not running)\n',
    });
  });

  test.each([[['reset', 'r']], [['notify-test', 'scada']], [['deliveries', 'retry', '--all']]])(
    '%j cannot run',
    async (args) => {
      const site = idle();
      expect(await tocsin([...args, '--site', site])).toEqual({
        code: 3,
        stdout: '',
        stderr: `tocsin ${args[0]}: the service of ${site} is not running: start it with \`tocsin start --site ${site}\`\n`,
      });
    },
  );

  test.each([
    ['alerts'],
    ['status'],
    ['deliveries'],
    ['reset', 'r'],
    ['explain', 'r'],
    ['export', '--journal'],
  ])('%s: no such site', async (...args) => {
    expect(await tocsin([...args, '--site', '/nowhere'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^tocsin [a-z]+: cannot read the site \/nowhere: [^\n]+\n$/),
    });
  });
});

describe('a service that runs elsewhere, or not as it should', () => {
  test('the data folder is where the configuration says', async () => {
    const { site } = await runningSite({ 'tocsin.json': { data: '../elsewhere' } });
    expect(await tocsin(['alerts', '--site', site])).toMatchObject({ stderr: '(not running)\n' });
  });

  test('it is found though its configuration is broken meanwhile', async () => {
    const { site } = await runningSite({ 'tocsin.json': '{ "data": "data", "mqqt": {}' });
    expect(await tocsin(['alerts', '--site', site, '--json'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('another program has the socket', async () => {
    const site = temporarySite({ 'tocsin.json': {}, 'data/x': '' });
    const server = createServer((socket) => socket.on('error', () => undefined).end('hello'));
    onTestFinished(() => {
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(join(site, 'data/control.sock'), resolve));
    expect(await tocsin(['alerts', '--site', site])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^tocsin alerts: the service broke off: [^\n]+\n$/),
    });
  });

  test('it has a fault', async () => {
    const { site, target } = await runningSite();
    target.status = () => {
      throw new Error('no');
    };
    expect(await tocsin(['status', '--site', site])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'tocsin status: the request failed by a fault of the program: see its log\n',
    });
  });
});

describe('notify-test', () => {
  test('it did not get there', async () => {
    const { site, target } = await runningSite();
    target.testOutcome = { kind: 'failed', id: 'x', reason: 'it answered 500' };
    expect(await tocsin(['notify-test', 'scada', '--site', site])).toEqual({
      code: 1,
      stdout: 'scada did not get the test notice x: it answered 500\n',
      stderr: '',
    });
  });

  test.each<[string[], string]>([
    [['scada'], "there is no receiver 'skada', did you mean 'scada'?"],
    [['one', 'two'], "there is no receiver 'skada', there are one, two"],
    [[], "there is no receiver 'skada': tocsin.json has none yet"],
  ])('there is no such receiver, of %j', async (receivers, said) => {
    const { site, target } = await runningSite();
    target.testOutcome = { kind: 'unknown', receivers };
    expect(await tocsin(['notify-test', 'skada', '--site', site])).toEqual({
      code: 2,
      stdout: '',
      stderr: `tocsin notify-test: ${said}\nTry 'tocsin notify-test --help'.\n`,
    });
  });
});

test('deliveries retry: what is not sent again, and why', async () => {
  const { site, target } = await runningSite();
  target.retryOutcome = { retried: ['a', 'b'], refused: [{ id: 'c', reason: 'it was delivered' }] };
  expect(await tocsin(['deliveries', 'retry', 'a', 'b', 'c', '--site', site])).toEqual({
    code: 1,
    stdout: 'c: not sent again: it was delivered\nsending 2 notices again\n',
    stderr: '',
  });
});

describe('explain', () => {
  test('what is asked for, those that fire first; more are named', async () => {
    const { site, target } = await runningSite();
    const states = ['inactive', 'inactive', 'pending', 'inactive', 'firing', 'inactive', 'latched'] as const;
    target.instanceViews = states.map((state, index) => ({
      labels: { machine: `m${index}` },
      state,
      severity: null,
    }));
    const { code, stdout } = await tocsin(['explain', 'press-overheat', '--site', site]);
    expect(code).toBe(0);
    expect(target.asked.slice(1).map((one) => (one as typeof EXPLANATION).labels)).toEqual(
      ['m4', 'm6', 'm2', 'm0', 'm1'].map((machine) => ({ machine })),
    );
    expect(stdout).toMatch(
      /\n\n2 more, named by their labels:\n {2}machine=m3 {2}inactive\n {2}machine=m5 {2}inactive\n$/,
    );
    const { stdout: json } = await tocsin([
      'explain',
      'press-overheat',
      'machine=m3',
      '--site',
      site,
      '--json',
    ]);
    expect(JSON.parse(json)).toEqual([EXPLANATION]);
  });

  test('no such instance', async () => {
    const { site } = await runningSite();
    expect(await tocsin(['explain', 'press-overheat', 'machine=m9', '--site', site])).toEqual({
      code: 1,
      stdout: 'There is no instance press-overheat machine=m9: no reading for it has come.\n',
      stderr: '',
    });
  });

  test('no such rule', async () => {
    const { site, target } = await runningSite();
    target.instanceViews = null;
    expect(await tocsin(['explain', 'hott', '--site', site])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no rule 'hott', did you mean 'hot'?"),
    });
  });
});

test.each<[string[], string]>([
  [['reset'], 'name the rule, such as: tocsin reset press-jammed machine=m1'],
  [['reset', 'machine=m1'], 'name the rule before its labels'],
  [['reset', 'r', 'machine'], "'machine' is no label: write name=value"],
  [['reset', 'r', '=x'], "'=x' is no label"],
  [['explain', 'r', '--input', 'a', '--journal', 'b'], '--input, --history and --journal exclude each other'],
  [['explain', 'r', '--at', 'noon'], '--at must be a time'],
  [['explain', 'r', '--topic', 't'], '--topic and --time-column are for CSV files'],
  [['notify-test'], 'name the receiver'],
  [['notify-test', 'a', 'b'], "unexpected argument 'b'"],
  [['deliveries', 'again'], "unexpected argument 'again'"],
  [['deliveries', '--all'], '--all is for `deliveries retry`'],
  [['deliveries', 'retry'], 'name the notices to send again, or give --all'],
  [['deliveries', 'retry', 'a', '--all'], 'name notices, or give --all'],
  [['deliveries', '--state', 'ded'], "--state: there is no state 'ded', did you mean dead?"],
  [['deliveries', '--state', 'x'], 'there are queued, delivered, merged, expired, dead'],
  [['deliveries', '--limit', '0'], "--limit must be a whole number from 1 to 10000, got '0'"],
  [['deliveries', '--limit', '10001'], '--limit must be'],
  [['deliveries', '--limit', '1.5'], '--limit must be'],
  [['alerts', 'x'], "unexpected argument 'x'"],
])('wrong usage: %j', async (args, said) => {
  const { code, stdout, stderr } = await tocsin([...args, '--site', idle()]);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
});
