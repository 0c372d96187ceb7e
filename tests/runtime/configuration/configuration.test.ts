/** `tocsin.json`: defaults, what each key becomes, and a clear issue with its place for everything that is wrong. */
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../../../rules/format/issue.js';
import { parseTopicPattern } from '../../../rules/format/parse-topic-pattern.js';
import { type Configuration, loadConfiguration } from '../../../runtime/site/configuration.js';

function load(text: string) {
  return loadConfiguration({ path: 'tocsin.json', text });
}

function loadValid(content: object): Configuration {
  const { configuration, issues } = load(JSON.stringify(content));
  expect(issues).toEqual([]);
  if (configuration === null) throw new Error('no configuration');
  return configuration;
}

/** `1:5 unknown-key message` */
function problems(text: string): string[] {
  const { configuration, issues } = load(text);
  if (issues.some(({ severity }) => severity === 'error')) expect(configuration).toBeNull();
  return issues.map(show);
}

const show = ({ line, column, code, message }: Issue) => `${line}:${column} ${code} ${message}`;

const DAY_MS = 24 * 3_600_000;

function patternOf(text: string) {
  const parsed = parseTopicPattern(text);
  return parsed.kind === 'refused' ? null : parsed.pattern;
}

describe('defaults', () => {
  test('without a file', () => {
    expect(loadConfiguration(null)).toEqual({
      issues: [],
      configuration: {
        gateway: hostname(),
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        dataFolder: 'data',
        log: { level: 'info', format: 'text' },
        embedded: { host: '127.0.0.1', port: null },
        connections: [],
        payloads: [],
        durability: 'balanced',
        maxSkewMs: 5 * 60_000,
        maxBackfillMs: 7 * 24 * 3_600_000,
        receivers: [],
        mail: null,
        routes: [],
        history: {
          topics: [patternOf('#')],
          keepMs: 30 * DAY_MS,
          rollupMs: { minute: 365 * DAY_MS, hour: 365 * DAY_MS },
          bytesMax: 4 * 2 ** 30,
          warmUpMs: 7 * DAY_MS,
        },
        limits: {
          series: 20_000,
          payloadBytes: 262_144,
          connections: 10_000,
          clientRate: null,
          outbox: 50_000,
        },
      },
    });
  });

  test('an empty object, with comments', () => {
    expect(load('// nothing yet\n{ /* all defaults */ }')).toEqual(loadConfiguration(null));
  });

  test('our own broker runs unless only connections are configured', () => {
    const connection = { name: 'plant', url: 'mqtt://broker:1883', topics: ['factory/#'] };
    expect(loadValid({ mqtt: {} }).embedded).toEqual({ host: '127.0.0.1', port: null });
    expect(loadValid({ mqtt: { connections: [connection] } }).embedded).toBeNull();
    expect(loadValid({ mqtt: { embedded: { port: 0 }, connections: [connection] } }).embedded).toEqual({
      host: '127.0.0.1',
      port: 0,
    });
  });
});

describe('what keys become', () => {
  test('a connection', () => {
    const { connections } = loadValid({
      gateway: 'plant-7/gw 2',
      mqtt: {
        connections: [
          {
            name: 'plant',
            url: 'mqtts://broker:8883',
            topics: ['factory/#', '+/x'],
            username: 'jane',
            password: { env: 'PW' },
          },
        ],
      },
    });
    expect(connections).toEqual([
      {
        name: 'plant',
        url: 'mqtts://broker:8883',
        username: 'jane',
        password: { kind: 'environment', name: 'PW' },
        topics: ['factory/#', '+/x'],
        qos: 1,
        clientId: 'tocsin-plant-7-gw-2-plant',
        prefix: '',
      },
    ]);
  });

  test('payloads', () => {
    const { payloads } = loadValid({
      payloads: [
        { topic: 'a/#', timestamp: 'meta.ts', records: 'data.samples' },
        { decode: 'number', timestamp: { field: 't', unit: 'us' } },
      ],
    });
    expect(payloads.map(({ topic, layout }) => ({ topic: topic.text, ...layout }))).toEqual([
      {
        topic: 'a/#',
        format: 'json',
        timestamp: { path: ['meta', 'ts'], unit: null },
        records: ['data', 'samples'],
      },
      { topic: '#', format: 'number', timestamp: { path: ['t'], unit: 'us' }, records: null },
    ]);
  });

  test('receivers and their times', () => {
    const { receivers } = loadValid({
      smtp: { folder: 'mail' },
      receivers: {
        people: { email: { to: ['a@b.example'] } },
        scada: {
          webhook: {
            url: { env: 'HOOK_URL' },
            secret: { file: '/run/secret' },
            headers: { 'X-Key': { env: 'KEY' }, 'X-Plant': '7' },
          },
          expires: '1h',
        },
        plain: { webhook: { url: 'http://127.0.0.1:9000/hook' } },
      },
      routes: [{ to: ['people', 'scada', 'plain'] }],
    });
    expect(receivers).toEqual([
      {
        name: 'people',
        expiresMs: 24 * 3_600_000,
        flood: { max: 10, perMs: 600_000 },
        flapping: { max: 3, perMs: 600_000 },
        schedule: null,
        channel: { kind: 'email', to: ['a@b.example'] },
      },
      {
        name: 'scada',
        expiresMs: 3_600_000,
        flood: null,
        flapping: null,
        schedule: null,
        channel: {
          kind: 'webhook',
          url: { kind: 'environment', name: 'HOOK_URL' },
          secret: { kind: 'file', path: '/run/secret' },
          headers: new Map<string, unknown>([
            ['X-Key', { kind: 'environment', name: 'KEY' }],
            ['X-Plant', '7'],
          ]),
          format: 'tocsin',
          parameters: new Map(),
        },
      },
      {
        name: 'plain',
        expiresMs: 75 * 3_600_000,
        flood: null,
        flapping: null,
        schedule: null,
        channel: {
          kind: 'webhook',
          url: 'http://127.0.0.1:9000/hook',
          secret: null,
          headers: new Map(),
          format: 'tocsin',
          parameters: new Map(),
        },
      },
    ]);
  });

  test.each([
    [{ host: 'mail' }, { port: 587, secure: false }],
    [
      { host: 'mail', port: 465 },
      { port: 465, secure: true },
    ],
    [
      { host: 'mail', secure: true },
      { port: 465, secure: true },
    ],
    [
      { host: 'mail', port: 25, requireTLS: false },
      { port: 25, secure: false, requireTls: false },
    ],
  ])('a mail server %j', (smtp, expected) => {
    expect(loadValid({ smtp }).mail).toMatchObject({
      kind: 'server',
      host: 'mail',
      requireTls: true,
      ...expected,
    });
  });
});

describe('what is wrong', () => {
  test.each<[string, string, string[]]>([
    ['not JSON', '{ "gateway": ', [expect.stringMatching(/^1:\d+ syntax /)]],
    ['an unknown key', '{ "gatway": "a" }', ['1:3 unknown-key The key "gatway" has no meaning here.']],
    [
      'an unknown key inside',
      '{ "log": { "levl": "info" } }',
      ['1:12 unknown-key The key "levl" has no meaning here.'],
    ],
    [
      'a key that is not built yet',
      '{ "http": { "port": 80 } }',
      ['1:11 not-supported-yet `http` is not built yet.'],
    ],
    [
      'a schedule with a time that there is not',
      '{ "receivers": { "a": { "webhook": { "url": "http://a" }, "schedule": { "to": "25:00" } } } }',
      ['1:79 invalid-value `to` must be a time of day from "00:00" to "24:00", not the text "25:00".'],
    ],
    [
      'a schedule without a span',
      '{ "receivers": { "a": { "webhook": { "url": "http://a" }, "schedule": [] } } }',
      ['1:71 empty-list `schedule` must not be empty.'],
    ],
    [
      'a schedule of a day that there is not',
      '{ "receivers": { "a": { "webhook": { "url": "http://a" }, "schedule": [{ "days": ["monday"] }] } } }',
      [
        '1:83 invalid-value Entry 1 of `days` must be one of "mon", "tue", "wed", "thu", "fri", "sat", "sun", not the text "monday".',
      ],
    ],
    [
      'a schedule of a level',
      '{ "receivers": { "a": { "mqtt": { "topic": "a" }, "schedule": {} } } }',
      [
        '1:63 two-subjects A level is on for as long as alerts fire, at any time: `schedule` has no meaning beside `mqtt`.',
      ],
    ],
    [
      'a port out of range',
      '{ "mqtt": { "embedded": { "port": 70000 } } }',
      ['1:35 out-of-range `port` must be at most 65535, not 70000.'],
    ],
    ['a duration as a number', '{ "maxSkew": 5 }', [expect.stringMatching(/^1:14 bad-duration /)]],
    ['a time zone', '{ "timezone": "Europe/Berln" }', [expect.stringMatching(/^1:15 bad-timezone /)]],
    [
      'a listener for everybody',
      '{ "mqtt": { "embedded": { "host": "0.0.0.0" } } }',
      [
        expect.stringMatching(
          /^1:35 not-supported-yet Others than this computer could connect to 0\.0\.0\.0 /,
        ),
      ],
    ],
    [
      'nobody may connect',
      '{ "mqtt": { "embedded": { "anonymous": false } } }',
      [expect.stringMatching(/^1:40 not-supported-yet There are no users yet/)],
    ],
    [
      'a password in the file',
      '{ "smtp": { "host": "m", "username": "u", "password": "p" } }',
      [expect.stringMatching(/^1:55 wrong-type `password` must be \{ "env": "NAME" \} or/)],
    ],
    [
      'a secret of two places',
      '{ "smtp": { "host": "m", "username": "u", "password": { "env": "A", "file": "b" } } }',
      [expect.stringMatching(/^1:55 invalid-value /)],
    ],
    [
      'a password in a URL',
      '{ "mqtt": { "connections": [{ "name": "a", "url": "mqtt://u:p@h", "topics": ["#"] }] } }',
      ['1:51 invalid-value The URL holds a password.'],
    ],
    [
      'a URL of another kind',
      '{ "mqtt": { "connections": [{ "name": "a", "url": "http://h", "topics": ["#"] }] } }',
      [expect.stringMatching(/^1:51 invalid-value `url` must be a URL that begins with mqtt:\/\//)],
    ],
    [
      'a filter with a capture',
      '{ "payloads": [{ "topic": "a/{line}" }] }',
      ['1:27 bad-topic `topic` is a topic filter: labels are captured by rules.'],
    ],
    [
      'a broken filter',
      '{ "payloads": [{ "topic": "a/#/b" }] }',
      [expect.stringMatching(/^1:27 bad-topic `topic` is no topic filter: /)],
    ],
    [
      'two connections of one name',
      `{ "mqtt": { "connections": [
        { "name": "a", "url": "mqtt://h", "topics": ["#"] },
        { "name": "a", "url": "mqtt://i", "topics": ["#"] }] } }`,
      ['3:19 duplicate-id Two connections are named "a".'],
    ],
    [
      'a receiver that is nothing',
      '{ "receivers": { "a": {} } }',
      ['1:23 no-subject The receiver "a" must have `email`, `webhook` or `mqtt`.'],
    ],
    [
      'mail without a server',
      '{ "receivers": { "a": { "email": { "to": ["a@b"] } } } }',
      ['1:34 missing-key The receiver "a" needs `smtp`, which says how mail is sent.'],
    ],
    [
      'no mail address',
      '{ "smtp": { "folder": "m" }, "receivers": { "a": { "email": { "to": ["a b"] } } } }',
      [expect.stringMatching(/^1:70 invalid-value Entry 1 of `to` must be a mail address /)],
    ],
    [
      'mail to a server and a folder',
      '{ "smtp": { "host": "m", "folder": "n" } }',
      ['1:11 two-subjects Mail goes either to a server (`host`) or into a folder (`folder`).'],
    ],
    [
      'a route to nobody',
      '{ "receivers": { "scada": { "webhook": { "url": "http://a" } } }, "routes": [{ "to": ["skada"] }] }',
      ['1:87 unknown-receiver There is no receiver "skada" in tocsin.json.'],
    ],
    [
      'an escalation to nobody',
      '{ "routes": [{ "to": [], "escalate": [{ "after": "1m", "to": ["boss"] }] }] }',
      ['1:63 unknown-receiver There is no receiver "boss" in tocsin.json.'],
    ],
    [
      'a repetition without end',
      '{ "routes": [{ "to": [], "repeat": "0s" }] }',
      ['1:36 out-of-range `repeat` must be longer than zero.'],
    ],
    [
      'a severity that does not exist',
      '{ "routes": [{ "match": { "severity": "criticl" }, "to": [] }] }',
      ['1:39 invalid-value There is no severity "criticl".'],
    ],
    [
      'a route behind one that takes all',
      '{ "routes": [{ "to": [] }, { "match": { "rule": "a" }, "to": [] }] }',
      ['1:28 unreachable-route No alert comes here: route 1 takes all.'],
    ],
    [
      'several receivers and no routes',
      '{ "receivers": { "a": { "webhook": { "url": "http://a" } }, "b": { "webhook": { "url": "http://b" } } } }',
      ['1:16 nobody-told There are several receivers but no routes: a rule without `notify` tells nobody.'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test('says what was meant', () => {
    expect(load('{ "gatway": "a" }').issues[0]?.hint).toBe('Did you mean `gateway`?');
    expect(
      load(
        '{ "receivers": { "scada": { "webhook": { "url": "http://a" } } }, "routes": [{ "to": ["skada"] }] }',
      ).issues[0]?.hint,
    ).toBe('Did you mean "scada"?');
  });

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('%s is loopback', (host) => {
    expect(load(JSON.stringify({ mqtt: { embedded: { host } } })).issues).toEqual([]);
  });

  test.each(['::', '192.168.1.5', 'gateway.plant.example'])('%s is not', (host) => {
    expect(load(JSON.stringify({ mqtt: { embedded: { host } } })).issues).toHaveLength(1);
  });

  test('every problem at once, in order', () => {
    expect(
      problems('{\n"log": { "level": "loud" },\n"maxSkew": "5 min",\n"proxy": "x" }').map((line) =>
        line.slice(0, 2),
      ),
    ).toEqual(['2:', '3:', '4:']);
  });
});
