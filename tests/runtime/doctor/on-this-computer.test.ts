/** The doctor on what is on this computer: each thing right, and each thing wrong in its ways. */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { listenControl } from '../../../runtime/control/control-socket.js';
import { examine } from '../../../runtime/doctor/examination.js';
import { isNewEnough, NODE_MIN } from '../../../runtime/doctor/examine-node.js';
import { newSiteFiles } from '../../../runtime/new-site/new-site-files.js';
import { loadSite } from '../../../runtime/site/load-site.js';
import { ROOT } from '../../house/source-files.js';
import { portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { FakeTarget } from '../control/fake-target.js';
import { temporarySite } from '../temporary-site.js';
import { about, findingsOf } from './examined-site.js';

const NOBODY = {
  mqtt: { embedded: { port: 0 } },
  receivers: { all: { email: { to: ['a@b.example'] } } },
  smtp: { folder: 'mail' },
};

async function taken(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  return portOf(server);
}

test('nothing is wrong, and nothing is left behind', async () => {
  const folder = temporarySite({
    'tocsin.json': NOBODY,
    'rules/a.json': { id: 'a', inputs: { t: 'a/t' }, when: 't > 1' },
  });
  const before = readdirSync(folder, { recursive: true });
  const findings = await examine({
    site: await loadSite(folder),
    env: {},
    clock: systemClock,
    limitMs: 5_000,
  });
  expect(findings.filter(({ verdict }) => verdict === 'failure')).toEqual([]);
  expect(findings.map((one) => one.about)).toEqual([
    'site',
    'service',
    'node',
    'clock',
    'data',
    'mail',
    'files',
  ]);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

describe('site', () => {
  const site = async (configuration: object, files: Record<string, unknown> = {}) =>
    about(await findingsOf(configuration, { files }), 'site');

  test.each<[string, object, Record<string, unknown>, string]>([
    ['right', NOBODY, {}, 'ok 1 rule, 1 receiver, no problems'],
    [
      'errors',
      { ...NOBODY, gatway: 'a' },
      { 'rules/b.json': { id: 'b' } },
      'failure its files have 3 errors',
    ],
    ['an error in a test', NOBODY, { 'tests/a.json': { tests: [{}] } }, 'failure its files have 3 errors'],
    [
      'nobody is told',
      { mqtt: { embedded: { port: 0 } } },
      {},
      'warning 1 rule, but nobody is told: no receivers',
    ],
    ['no rules', NOBODY, { 'rules/hot.json': { rules: [] } }, 'warning it has no rules'],
  ])('%s', async (_what, configuration, files, expected) => {
    expect(await site(configuration, files)).toEqual([expected]);
  });

  test('with a configuration that cannot be read the rest is not guessed at', async () => {
    const findings = await findingsOf({ gatway: 'a' });
    expect(findings.map((one) => one.about)).toEqual(['site']);
    expect(findings[0]?.advice).toContain('tocsin check --site ');
  });
});

describe('clock', () => {
  const at = (time: number) => findingsOf(NOBODY, { clock: new SimulatedClock(time) });

  test('a boot in 1970 is found by the age of the program', async () => {
    expect(about(await at(0), 'clock')).toEqual([
      expect.stringMatching(/^failure 1970-01-01 \d\d:\d\d:\d\d \S+: that was before this program was made$/),
    ]);
  });

  test('files from the future', async () => {
    expect(about(await at(Date.now() - 3_600_000 * 5), 'clock')).toEqual([
      expect.stringMatching(
        /^warning .*: (tocsin\.json|rules\/hot\.json) was changed 5h( \d+s)? later than that$/,
      ),
    ]);
  });

  test('what is right', async () => {
    const [found = ''] = about(await at(Date.now()), 'clock');
    expect(found).toMatch(
      /^(ok|warning) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+(: not synchronised by network)?$/,
    );
  });
});

describe('folders', () => {
  test('room and speed of the one that will be made', async () => {
    expect(about(await findingsOf({ ...NOBODY, data: 'deep/data' }), 'data')).toEqual([
      expect.stringMatching(/^\w+ .*\/deep\/data \(to be made\): \d+\.\d GB free, a write takes \d+\.\d ms$/),
    ]);
  });

  test('a file where the folder should be', async () => {
    expect(about(await findingsOf({ ...NOBODY, data: 'file' }, { files: { file: '' } }), 'data')).toEqual([
      expect.stringMatching(/^failure .*\/file: a part of its path is no folder$/),
    ]);
  });

  test('a file system in memory', async () => {
    if (!existsSync('/dev/shm')) return;
    const [found] = about(await findingsOf({ ...NOBODY, data: '/dev/shm' }), 'data');
    expect(found).toMatch(
      /^(warning \/dev\/shm is on a file system in memory|failure \/dev\/shm: 0\.0 GB free)/,
    );
  });
});

describe('secrets', () => {
  const mail = (password: object) => ({
    receivers: { all: { email: { to: ['a@b.example'] } } },
    mqtt: { embedded: { port: 0 } },
    smtp: { host: '127.0.0.1', port: 1, username: 'u', password },
  });

  test('in the environment, and not', async () => {
    const configuration = mail({ env: 'MAIL_PASSWORD' });
    const found = await findingsOf(configuration, { env: { MAIL_PASSWORD: 's3cret' } });
    expect(about(found, 'secrets')).toEqual(['ok all one is there']);
    expect(JSON.stringify(found)).not.toContain('s3cret');
    const missing = await findingsOf(configuration);
    expect(about(missing, 'secrets')).toEqual(['failure the environment variable MAIL_PASSWORD is not set']);
    // The one is said once: the mail server is not asked without it.
    expect(about(missing, 'smtp')).toEqual([]);
  });

  test('handed over by systemd to the service alone', async () => {
    const found = await findingsOf(mail({ file: '/run/credentials/tocsin.service/mail' }));
    expect(about(found, 'secrets')).toEqual([
      'warning /run/credentials/tocsin.service/mail is there only while the service runs, and for it',
    ]);
  });

  test('in a file, in one for everybody, and in none', async () => {
    const folder = temporarySite({ 'tocsin.json': mail({ file: 'password' }), password: 's3cret' });
    const secrets = async () =>
      about(
        await examine({ site: await loadSite(folder), env: {}, clock: systemClock, limitMs: 5_000 }),
        'secrets',
      );
    chmodSync(join(folder, 'password'), 0o600);
    expect(await secrets()).toEqual(['ok all one is there']);
    chmodSync(join(folder, 'password'), 0o604);
    expect(await secrets()).toEqual(['warning others on this computer may read password']);
    writeFileSync(join(folder, 'password'), '\n');
    expect(await secrets()).toEqual(['failure the file password is empty']);
  });
});

describe('port', () => {
  const embedded = (port?: number) => ({ ...NOBODY, mqtt: { embedded: port === undefined ? {} : { port } } });

  test('free and taken', async () => {
    const port = await taken();
    expect(about(await findingsOf(embedded(port)), `port ${port}`)).toEqual(['failure taken on 127.0.0.1']);
    const found = await findingsOf(embedded());
    expect(about(found, 'port 1883')).toEqual([
      expect.stringMatching(
        /^(ok free on 127\.0\.0\.1|warning taken on 127\.0\.0\.1: the next free one will be)$/,
      ),
    ]);
  });

  test('is not asked for where there is no broker of ours, or any port will do', async () => {
    const elsewhere = { mqtt: { connections: [{ name: 'a', url: 'mqtt://127.0.0.1:1', topics: ['#'] }] } };
    for (const configuration of [embedded(0), elsewhere]) {
      const found = await findingsOf(configuration);
      expect(found.filter((one) => one.about.startsWith('port'))).toEqual([]);
    }
  });
});

test('a service that runs on the site is asked, and its port is not taken by a stranger', async () => {
  const port = await taken();
  const folder = temporarySite({ 'tocsin.json': { ...NOBODY, mqtt: { embedded: { port } } } });
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder);
  const socket = await listenControl({
    dataFolder,
    target: new FakeTarget(),
    clock: systemClock,
    onFault: () => undefined,
  });
  onTestFinished(() => socket.stop());
  const found = await examine({ site: await loadSite(folder), env: {}, clock: systemClock, limitMs: 5_000 });
  expect(about(found, 'service')).toEqual(['ok runs: pid 4711, version 0.1.0']);
  expect(about(found, `port ${port}`)).toEqual(['ok the running service (pid 4711) listens']);
});

test('schemas of another version', async () => {
  const files = Object.fromEntries(newSiteFiles('a').map(({ path, text }) => [path, text]));
  expect(about(await findingsOf({}, { files }), 'schemas')).toEqual(['ok those of this version']);
  const stale = { ...files, 'schemas/rules.schema.json': '{}' };
  expect(about(await findingsOf({}, { files: stale }), 'schemas')).toEqual([
    'warning not those of this version: editors may be wrong',
  ]);
});

test('more clients than files that may be open', async () => {
  const found = await findingsOf({ ...NOBODY, limits: { connections: 100_000 } });
  const [files = ''] = about(found, 'files');
  expect(files).toMatch(
    /^warning .* may be open at once, 100,000 clients may connect|^ok \d{3},\d{3}|^ok \d,\d{3},/,
  );
});

test.each([
  ['20.18.9', false],
  ['20.19.0', true],
  ['18.20.0', false],
  ['22.0.0', true],
])('Node %s: %s', (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});

test('the oldest Node is that of package.json', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${NODE_MIN.join('.')}`);
});
