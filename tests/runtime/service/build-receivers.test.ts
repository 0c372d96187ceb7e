/** Receivers from a configuration: every missing or wrong secret at once, and their share of a host. */
import { expect, test } from 'vitest';
import { buildReceivers } from '../../../runtime/service/build-receivers.js';
import { Secrets } from '../../../runtime/service/secrets.js';
import { loadConfiguration } from '../../../runtime/site/configuration.js';
import { SimulatedClock } from '../../simulated-clock.js';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function build(receivers: Record<string, object>, env: Record<string, string> = {}, smtp?: object) {
  const routes = [{ to: Object.keys(receivers) }];
  const text = JSON.stringify({ receivers, routes, ...(smtp === undefined ? {} : { smtp }) });
  const { configuration, issues } = loadConfiguration({ path: 'tocsin.json', text });
  if (configuration === null) throw new Error(JSON.stringify(issues));
  const secrets = new Secrets({ folder: '/nowhere', env });
  const built = buildReceivers({
    configuration,
    folder: '/nowhere',
    secrets,
    clock: new SimulatedClock(0),
    version: '1',
    log: SILENT,
  });
  return { built, problems: secrets.problems };
}

test('says everything that is missing or wrong at once, and no secret', () => {
  const { problems } = build(
    {
      people: { email: { to: ['a@b.example'] } },
      a: { webhook: { url: { env: 'URL' }, secret: { env: 'KEY' }, headers: { 'X-Key': { env: 'NONE' } } } },
      b: { webhook: { url: 'http://127.0.0.1/', secret: { file: 'none' }, headers: { 'bad header': 'x' } } },
      c: { webhook: { url: { env: 'NO_URL' } } },
    },
    { URL: 'ftp://s3cret', KEY: 's3cret' },
    { host: 'mail', username: 'u', password: { env: 'PW' } },
  );
  expect(problems).toEqual([
    'smtp.password: the environment variable PW is not set',
    'receivers.a.webhook.url: must be an http or https URL',
    'receivers.a.webhook.headers.X-Key: the environment variable NONE is not set',
    expect.stringMatching(/^receivers\.a\.webhook\.secret: must be whsec_ and /),
    'receivers.b.webhook.headers.bad header: is no HTTP header',
    'receivers.b.webhook.secret: the file none cannot be read: there is no such file or folder',
    'receivers.c.webhook.url: the environment variable NO_URL is not set',
  ]);
  expect(problems.join()).not.toContain('s3cret');
});

test('receivers at one host share eight requests; others have eight of their own', () => {
  const at = (url: string) => ({ webhook: { url } });
  const { built } = build({
    a: at('http://one.example/a'),
    b: at('http://one.example/b'),
    c: at('http://one.example/c'),
    d: at('http://two.example/'),
  });
  expect(built.map(({ name, concurrency }) => [name, concurrency])).toEqual([
    ['a', 2],
    ['b', 2],
    ['c', 2],
    ['d', 8],
  ]);
});

test('mail into a folder of the site', () => {
  const { built, problems } = build({ people: { email: { to: ['a@b.example'] } } }, {}, { folder: 'mail' });
  expect(built.map(({ name }) => name)).toEqual(['people']);
  expect(problems).toEqual([]);
});

test('a format that does not exist, and parameters that it lacks', () => {
  const hook = (more: object) => ({ webhook: { url: 'http://127.0.0.1/', ...more } });
  const { problems } = build({
    a: hook({ format: 'slak' }),
    b: hook({ format: 'pagerduty' }),
    c: hook({ format: 'ntfy', parameters: { topic: 'a', topc: 'b' } }),
    d: hook({ format: 'slack' }),
    e: hook({ format: 'ntfy', parameters: { topic: { env: 'NONE' } } }),
  });
  expect(problems).toEqual([
    'receivers.a.webhook.format: There is no format "slak": neither in Tocsin nor as formats/slak.json. Did you mean "slack"?',
    'receivers.b.webhook.format: the format "pagerduty" needs `parameters.routingKey`',
    'receivers.c.webhook.format: the format "ntfy" knows no `parameters.topc`',
    'receivers.e.webhook.parameters.topic: the environment variable NONE is not set',
  ]);
});
