/** The unit for systemd: what it says for which site, and that it is written over nothing but itself. */
import { chownSync, existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../../runtime/site/configuration.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { installUnit } from '../../../runtime/systemd/install-unit.js';
import { unitFacts } from '../../../runtime/systemd/unit-facts.js';
import { unitText } from '../../../runtime/systemd/unit-text.js';
import { tocsin } from '../command-line/run-in-process.js';
import { temporarySite } from '../temporary-site.js';

const STATE = { data: '/var/lib/tocsin' };

function configuration(content: object = {}): Configuration {
  const loaded = loadConfiguration({ path: 'tocsin.json', text: JSON.stringify(content) });
  expect(loaded.issues).toEqual([]);
  if (loaded.configuration === null) throw new Error('no configuration');
  return loaded.configuration;
}

const factsOf = (content: object, more: Partial<Parameters<typeof unitFacts>[0]> = {}) =>
  unitFacts({
    name: 'tocsin',
    folder: '/srv',
    configuration: configuration(content),
    user: null,
    node: '/usr/bin/node',
    packageFolder: '/opt/tocsin',
    ...more,
  });

/** The lines of the unit that begin with one of these keys. */
const linesOf = (content: object, keys: string[], more: Partial<Parameters<typeof unitFacts>[0]> = {}) =>
  unitText(factsOf(content, more))
    .split('\n')
    .filter((line) => keys.some((key) => line.startsWith(`${key}=`)));

describe('who it is', () => {
  test('a site of root: an account that exists only while it runs', () => {
    expect(linesOf(STATE, ['DynamicUser', 'StateDirectory', 'User', 'ReadWritePaths'])).toEqual([
      'DynamicUser=yes',
      'StateDirectory=tocsin',
    ]);
  });

  test.each<[string, object, string]>([
    ['data in the site', {}, '`data` is /srv/data'],
    ['mails in the site', { ...STATE, smtp: { folder: 'mail' } }, '`smtp.folder` is /srv/mail'],
    ['data beside its own', { data: '/var/lib/tocsin-2' }, '`data` is /var/lib/tocsin-2'],
  ])('such an account cannot write %s', (_what, content, named) => {
    expect(() => factsOf(content)).toThrow(named);
  });

  test('somebody, who writes in data and mails', () => {
    expect(
      linesOf({ smtp: { folder: 'mail' } }, ['DynamicUser', 'User', 'ReadWritePaths'], { user: 'anna' }),
    ).toEqual(['User=anna', 'ReadWritePaths=/srv/data', 'ReadWritePaths=/srv/mail']);
  });

  test('the owner of the site, by name', () => {
    if (process.getuid?.() !== 0) return;
    const folder = temporarySite({});
    chownSync(folder, 1, 1);
    const daemon = linesOf({}, ['User'], { folder });
    expect(daemon).toEqual(['User=daemon']);
  });
});

test('what the sandbox hides is shown to it: site, program and Node below /home', () => {
  const more = {
    user: 'anna',
    folder: '/home/anna/plant 7',
    node: '/home/anna/.nvm/v20/bin/node',
    packageFolder: '/home/anna/plant 7/node_modules/tocsin',
  };
  expect(linesOf({}, ['BindReadOnlyPaths', 'BindPaths', 'ReadWritePaths', 'ExecStart'], more)).toEqual([
    'ExecStart=/home/anna/.nvm/v20/bin/node --max-old-space-size=600 "/home/anna/plant 7/node_modules/tocsin/dist/program/main.js" start --site "/home/anna/plant 7"',
    'BindPaths="/home/anna/plant 7/data"',
    'BindReadOnlyPaths="/home/anna/plant 7"',
    'BindReadOnlyPaths=/home/anna/.nvm/v20',
  ]);
  expect(linesOf(STATE, ['BindReadOnlyPaths', 'BindPaths'])).toEqual([]);
});

test('names of files are no specifiers and no variables', () => {
  const [exec] = linesOf({}, ['ExecStart'], { user: 'anna', folder: '/srv/100% $HOME "x"' });
  expect(exec).toMatch(/start --site "\/srv\/100%% \$\$HOME \\"x\\""$/);
});

test('secrets: of systemd, and in the environment', () => {
  const content = {
    ...STATE,
    receivers: { scada: { webhook: { url: 'https://a.example', secret: { env: 'HOOK_SECRET' } } } },
    mqtt: {
      connections: [
        {
          name: 'plant',
          url: 'mqtt://b',
          topics: ['#'],
          username: 'u',
          password: { file: '/run/credentials/tocsin.service/mqtt' },
        },
        {
          name: 'other',
          url: 'mqtt://c',
          topics: ['#'],
          username: 'u',
          password: { file: '/etc/elsewhere' },
        },
      ],
    },
  };
  expect(linesOf(content, ['LoadCredential', 'EnvironmentFile'])).toEqual([
    'LoadCredential=mqtt:/etc/tocsin/credentials/mqtt',
    'EnvironmentFile=/etc/default/tocsin',
  ]);
  expect(linesOf(STATE, ['LoadCredential', 'EnvironmentFile'])).toEqual([]);
});

test('a port that takes rights it does not have', () => {
  expect(() => factsOf({ ...STATE, mqtt: { embedded: { port: 883 } } })).toThrow('mqtt.embedded.port is 883');
});

describe('installing', () => {
  test('makes the folders it writes in, for the owner of the site', () => {
    const site = temporarySite({});
    const path = join(site, 'tocsin.service');
    installUnit(factsOf({}, { folder: site, user: userInfo().username === 'root' ? 'daemon' : null }), path);
    expect(readFileSync(path, 'utf8')).toContain('[Service]');
    expect(statSync(join(site, 'data')).uid).toBe(statSync(site).uid);
    // Once more, after an update.
    installUnit(factsOf(STATE), path);
    expect(readFileSync(path, 'utf8')).toContain('DynamicUser=yes');
  });

  test('leaves units of others alone', () => {
    const path = join(
      temporarySite({ 'tocsin.service': '[Service]\nExecStart=/bin/other' }),
      'tocsin.service',
    );
    expect(() => installUnit(factsOf(STATE), path)).toThrow('is not ours');
    expect(readFileSync(path, 'utf8')).toContain('/bin/other');
  });

  test('says what it may not write', () => {
    const path = '/proc/tocsin.service';
    expect(() => installUnit(factsOf(STATE), path)).toThrow(/^cannot write \/proc\/tocsin\.service: .*sudo/);
    expect(existsSync(path)).toBe(false);
  });
});

describe('the command', () => {
  const site = (content: object) => temporarySite({ 'tocsin.json': content });

  test('--print writes nothing but the unit', async () => {
    const { code, stdout, stderr } = await tocsin(['service', 'install', '--print', '--site', site(STATE)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^# Written by tocsin service install\.\n\[Unit\]\n/);
    expect(stdout).toMatch(
      /\nExecStart=\S*node\S* --max-old-space-size=600 \S+\/dist\/program\/main\.js start /,
    );
  });

  test.each<[string[], number, string]>([
    [['service'], 2, 'what to do is missing, such as: tocsin service install'],
    [['service', 'remove'], 2, "only install, not 'remove'"],
    [['service', 'install', '--name', 'a b', '--print'], 2, '--name must be of letters'],
    [['service', 'install', '--user', 'x y', '--print'], 2, '--user must be of letters'],
  ])('wrong usage: %j', async (args, code, message) => {
    const result = await tocsin(args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });

  test('a configuration with errors, and a site that is none', async () => {
    const wrong = await tocsin(['service', 'install', '--print', '--site', site({ gatway: 'x' })]);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    const none = await tocsin(['service', 'install', '--print', '--site', temporarySite({})]);
    expect(none).toMatchObject({ code: 3, stdout: '' });
  });
});
