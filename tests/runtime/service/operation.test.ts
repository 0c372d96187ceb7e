/**
 * The running program as those see it who look after it: commands beside it, what is said when something is in the way,
 * files that are broken while it runs or stands. The built program as processes; `npm test` builds it first.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { mqttClient } from '../../firmware-bridge/bridge-fixture.js';
import { temporarySite } from '../temporary-site.js';
import { runTocsin, runTocsinBound } from './run-tocsin.js';
import { TocsinProcess } from './spawn-tocsin.js';

const RULE = {
  id: 'hot',
  inputs: { temp: 'plant/{machine}/temp' },
  when: { value: 'temp', above: 80 },
  latch: true,
  message: '{machine} is at {temp}',
};
const SCALED = {
  id: 'scaled',
  inputs: { temp: 'plant/{machine}/temp' },
  let: { s: 'scaled(temp)' },
  when: 's > 8.5',
  message: '{s}',
};
const THROWING =
  'function scaled(value) {\n  if (value > 84) throw new Error("no scale");\n  return value;\n}\n';
const FREE = { mqtt: { embedded: { port: 0 } }, timezone: 'UTC' };
const SITE = { 'tocsin.json': FREE, 'rules/hot.json': RULE };
const SOON = { timeout: 15_000, interval: 100 };

async function running(site: string): Promise<{ tocsin: TocsinProcess; port: number }> {
  const tocsin = new TocsinProcess(['start', '--site', site]);
  return { tocsin, port: await tocsin.ready() };
}

async function publish(port: number, value: number): Promise<void> {
  const device = await mqttClient(`mqtt://127.0.0.1:${port}`);
  await device.publishAsync('plant/m1/temp', String(value), { qos: 1 });
}

async function json(command: readonly string[], site: string) {
  const { code, stdout, stderr } = await runTocsin(...command, '--site', site, '--json');
  return { code, stderr, answer: stdout === '' ? null : JSON.parse(stdout) };
}

async function stopped(tocsin: TocsinProcess): Promise<void> {
  tocsin.signal('SIGTERM');
  expect(await tocsin.ended()).toBe(0);
}

test('an alert is seen, explained, reset, and still known without the service', async () => {
  const site = temporarySite(SITE);
  const { tocsin, port } = await running(site);
  await publish(port, 85);
  const firing = { rule: 'hot', labels: { machine: 'm1' }, state: 'firing', message: 'm1 is at 85' };
  await vi.waitFor(async () => expect((await json(['alerts'], site)).answer).toMatchObject([firing]), SOON);
  expect(await json(['reset', 'hot', 'machine=m1'], site)).toMatchObject({
    code: 1,
    answer: [{ outcome: 'refused', reason: expect.stringContaining('its condition still holds') }],
  });
  await publish(port, 70);
  await vi.waitFor(
    async () => expect((await json(['alerts'], site)).answer).toMatchObject([{ state: 'latched' }]),
    SOON,
  );
  expect((await json(['explain', 'hot'], site)).answer).toMatchObject([
    { state: 'latched', values: { temp: 70 }, levels: [{ condition: { state: 'false', value: 70 } }] },
  ]);
  expect(await json(['reset', 'hot'], site)).toMatchObject({ code: 0, answer: [{ outcome: 'done' }] });
  expect((await json(['alerts'], site)).answer).toEqual([]);
  await publish(port, 85);
  await stopped(tocsin);
  expect(existsSync(join(site, 'data/control.sock'))).toBe(false);
  const after = await json(['alerts'], site);
  expect(after).toMatchObject({ code: 0, stderr: '(not running)\n', answer: [firing] });
  const journal = await runTocsin('export', '--journal', '--site', site);
  writeFileSync(join(site, 'journal'), journal.stdout);
  const events = (await runTocsin('replay', '--journal', join(site, 'journal'))).stdout.trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line).event)).toEqual(['firing', 'cleared', 'resolved', 'firing']);
});

test('a kill leaves a socket that answers nobody, and the next start replaces it', async () => {
  const site = temporarySite(SITE);
  const { tocsin } = await running(site);
  tocsin.signal('SIGKILL');
  await tocsin.ended();
  expect(existsSync(join(site, 'data/control.sock'))).toBe(true);
  expect(await json(['status'], site)).toMatchObject({ stderr: '(not running)\n', answer: { ready: false } });
  const next = await running(site);
  expect(await json(['status'], site)).toMatchObject({
    stderr: '',
    answer: { ready: true, pid: next.tocsin.pid },
  });
});

describe('one clear line', () => {
  test('a second instance names the first, and leaves it alone', async () => {
    const site = temporarySite(SITE);
    const { tocsin } = await running(site);
    const { code, stdout, stderr } = await runTocsin('start', '--site', site);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `tocsin start: process ${tocsin.pid} has the data folder ${site}/data already: stop it, or give this site a data folder of its own\n`,
    );
    expect((await json(['status'], site)).answer).toMatchObject({ pid: tocsin.pid, ready: true });
  });

  test('no right to write', async () => {
    const site = temporarySite(SITE);
    mkdirSync(join(site, 'data'), { mode: 0o500 });
    const { code, stdout, stderr } = await runTocsinBound('start', '--site', site);
    chmodSync(join(site, 'data'), 0o700);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(
        `^tocsin start: cannot write to the data folder ${site}/data \\([^\\n]+\\): make it writable for this user\\n$`,
      ),
    );
  });

  test('a data folder that is none', async () => {
    const site = temporarySite({ ...SITE, data: 'a file' });
    const { code, stdout, stderr } = await runTocsin('start', '--site', site);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^tocsin start: cannot write to the data folder [^\n]+\n$/);
  });

  test('a broker that cannot be reached: the rest goes on', async () => {
    const connections = [{ name: 'plant', url: 'mqtt://127.0.0.1:9', topics: ['plant/#'] }];
    const site = temporarySite({ ...SITE, 'tocsin.json': { ...FREE, mqtt: { ...FREE.mqtt, connections } } });
    const { tocsin, port } = await running(site);
    await publish(port, 85);
    await vi.waitFor(() => expect(tocsin.stderr).toContain('hot [m1] m1 is at 85'), SOON);
    const lines = tocsin.stderr.split('\n').filter((line) => line.includes('no connection to'));
    expect(lines).toEqual([
      expect.stringMatching(/ warn {2}no connection to mqtt:\/\/127\.0\.0\.1:9: .+; trying again$/),
    ]);
    expect((await json(['status'], site)).answer.connections).toMatchObject([
      { name: 'embedded', state: 'up' },
      {
        name: 'plant',
        address: 'mqtt://127.0.0.1:9',
        state: 'down',
        lastError: expect.stringContaining('ECONNREFUSED'),
      },
    ]);
  });
});

describe('broken files', () => {
  test('while it runs: what they said goes on, and the place of the mistake is shown', async () => {
    const site = temporarySite({ ...SITE, 'rules/scaled.json': SCALED, 'functions/scaled.js': THROWING });
    const { tocsin, port } = await running(site);
    writeFileSync(
      join(site, 'rules/hot.json'),
      JSON.stringify({ ...RULE, when: { value: 'temp', abve: 90 } }),
    );
    const broken = { file: 'rules/hot.json', state: 'last-good', errors: [{ code: 'unknown-key', line: 1 }] };
    await vi.waitFor(
      async () =>
        expect((await json(['status'], site)).answer.files).toContainEqual(
          expect.objectContaining({ state: 'last-good' }),
        ),
      SOON,
    );
    const { answer } = await json(['status'], site);
    expect(answer.files).toContainEqual(expect.objectContaining({ file: broken.file, state: broken.state }));
    expect(answer.files.find(({ file }: { file: string }) => file === broken.file)).toMatchObject(broken);
    // It is in the database a moment later.
    const invalid = [{ rule: 'tocsin/file-invalid', labels: { file: 'rules/hot.json' } }];
    await vi.waitFor(
      async () => expect((await json(['status'], site)).answer.system).toMatchObject(invalid),
      SOON,
    );
    await publish(port, 85);
    await vi.waitFor(() => expect(tocsin.stderr).toContain('hot [m1] m1 is at 85'), SOON);
    writeFileSync(join(site, 'rules/hot.json'), JSON.stringify({ ...RULE, message: 'now {temp}' }));
    const failed = [
      {
        rule: 'tocsin/function-failed',
        labels: { function: 'scaled' },
        message: expect.stringContaining('functions/scaled.js threw: no scale'),
      },
    ];
    await vi.waitFor(
      async () => expect((await json(['status'], site)).answer.system).toMatchObject(failed),
      SOON,
    );
    writeFileSync(join(site, 'functions/scaled.js'), '(value) => value / 10');
    await vi.waitFor(async () => expect((await json(['status'], site)).answer.system).toEqual([]), SOON);
    await publish(port, 86);
    await vi.waitFor(() => expect(tocsin.stderr).toContain('scaled [m1] 8.6'), SOON);
  });

  test.each<[string, (site: string) => void, string]>([
    [
      'broken',
      (site) => writeFileSync(join(site, 'tocsin.json'), '{ "mqtt": '),
      'tocsin.json has errors: what it said before is in force until that is mended\n',
    ],
    [
      'gone',
      (site) => rmSync(join(site, 'tocsin.json')),
      'tocsin.json is gone: what it said before is in force until that is mended\n',
    ],
  ])('a start with a tocsin.json that is %s meanwhile', async (state, change, said) => {
    const site = temporarySite({ ...SITE, 'tocsin.json': { ...FREE, gateway: 'plant-7' } });
    await stopped((await running(site)).tocsin);
    change(site);
    writeFileSync(join(site, 'rules/hot.json'), '{');
    const { tocsin, port } = await running(site);
    expect(tocsin.stderr).toContain(said);
    const { answer } = await json(['status'], site);
    expect(answer).toMatchObject({ gateway: 'plant-7', engine: { rules: 1 } });
    expect(answer.files.map((file: { state: string }) => file.state)).toEqual([
      state === 'gone' ? 'missing' : 'last-good',
      'last-good',
    ]);
    await publish(port, 85);
    await vi.waitFor(() => expect(tocsin.stderr).toContain('hot [m1] m1 is at 85'), SOON);
  });
});
