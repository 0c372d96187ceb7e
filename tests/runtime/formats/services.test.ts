/**
 * The templates that come with the program, against what the services document of the bodies they take: the keys, the values
 * that are allowed, and the lengths.
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alert, noticeOf, RESOLVED, shipped } from './format-fixture.js';

const HOSTILE = '<!channel> *b* & <https://evil.example|ok> [x](https://evil.example) "\\{id}';
const LONG = `${HOSTILE} ${'&'.repeat(5_000)}`;
const hostile = alert(
  { message: HOSTILE, labels: { machine: HOSTILE } },
  { title: HOSTILE, runbook: HOSTILE },
);
const long = alert({ message: LONG, labels: { machine: LONG } }, { title: LONG, runbook: LONG });
const many = Array.from({ length: 100 }, (_, index) => ({ ...long, startedAt: index }));

const NOTICES = {
  critical: noticeOf([alert()]),
  'with a runbook': noticeOf([alert({ severity: 'warning' }, { runbook: 'https://wiki.example/hot' })]),
  info: noticeOf([alert({ severity: 'info' })]),
  resolved: noticeOf([alert(RESOLVED)], { kind: 'resolved' }),
  'a group': noticeOf([alert(), alert({ ...RESOLVED, labels: { machine: 'm2' } })], { kind: 'group' }),
  'many, each too long': noticeOf(many, { kind: 'summary', omitted: 12 }),
  'of hostile names': noticeOf([hostile]),
  'a test': noticeOf([alert({ episode: null, labels: {}, values: {} })], { kind: 'test' }),
};

const slackText = z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(3_000) });
const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string(),
  weight: z.enum(['lighter', 'default', 'bolder']).optional(),
  size: z.enum(['default', 'small', 'medium', 'large', 'extraLarge']).optional(),
  color: z.enum(['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention']).optional(),
  isSubtle: z.boolean().optional(),
});

const DOCUMENTED = {
  slack: z.strictObject({
    text: z.string().min(1).max(40_000),
    blocks: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({ type: z.literal('section'), text: slackText }),
          z.strictObject({ type: z.literal('context'), elements: z.array(slackText).min(1).max(10) }),
        ]),
      )
      .max(50),
  }),
  teams: z.strictObject({
    type: z.literal('message'),
    attachments: z.tuple([
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null().optional(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.literal('1.4'),
          body: z.array(
            z.strictObject({
              type: z.literal('RichTextBlock'),
              separator: z.boolean().optional(),
              inlines: z.array(textRun).min(1),
            }),
          ),
        }),
      }),
    ]),
  }),
  pagerduty: z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
    dedup_key: z.string().min(1).max(255),
    client: z.string(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime(),
      class: z.string(),
      custom_details: z.record(z.string(), z.unknown()),
    }),
  }),
  ntfy: z.strictObject({
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
    title: z.string(),
    message: z.string().refine((text) => Buffer.byteLength(text) <= 4_096),
    priority: z.int().min(1).max(5),
    tags: z.array(z.string()),
  }),
  cloudevents: z.looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().regex(/^[\w/.~%:@!$&'()*+,;=-]+$/),
    type: z.string().min(1),
    subject: z.string().min(1),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: z.looseObject({ version: z.literal(1), alerts: z.array(z.looseObject({})) }),
  }),
} as const;

const PARAMETERS = {
  pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
  ntfy: { topic: 'plant-7' },
};

function bodyOf(name: keyof typeof DOCUMENTED, notice: (typeof NOTICES)[keyof typeof NOTICES]) {
  const parameters = name === 'pagerduty' || name === 'ntfy' ? PARAMETERS[name] : {};
  return JSON.parse(shipped(name, parameters).render(notice)) as unknown;
}

describe.each(Object.keys(DOCUMENTED) as (keyof typeof DOCUMENTED)[])('%s takes', (name) => {
  test.each(Object.entries(NOTICES))('%s', (_kind, notice) => {
    expect(DOCUMENTED[name].safeParse(bodyOf(name, notice)).error?.issues).toBeUndefined();
  });
});

test('slack', () => {
  const { 'with a runbook': notice, 'of hostile names': names } = NOTICES;
  expect(bodyOf('slack', notice)).toEqual({
    text: '[warning] Press overheating: l1, m1',
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*warning* Press overheating l1, m1\nm1 on l1 is at 85.25 °C' },
      },
      { type: 'section', text: { type: 'mrkdwn', text: 'What to do: https://wiki.example/hot' } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'Tocsin on plant-7/gw-2, press-overheat' }] },
    ],
  });
  // Nobody is called by the name of a device, and no link is hidden in one.
  expect(JSON.stringify(bodyOf('slack', names))).not.toMatch(/[<>]/);
});

test('teams: what comes from outside is in text runs, which show no markup', () => {
  const text = (...runs: object[]) =>
    expect.objectContaining({ inlines: runs.map((run) => expect.objectContaining(run)) });
  expect(bodyOf('teams', NOTICES['a group'])).toMatchObject({
    attachments: [
      {
        content: {
          body: [
            text({ text: '[1 critical, 1 resolved] Press overheating: l1, m1; Press overheating: m2' }),
            text(
              { text: 'critical ', color: 'attention' },
              { text: 'Press overheating l1, m1: m1 on l1 is at 85.25 °C' },
            ),
            text(
              { text: 'resolved ', color: 'good' },
              { text: 'Press overheating m2: m1 on l1 is at 85.25 °C' },
            ),
            text({ text: 'Tocsin on plant-7/gw-2, press-overheat' }),
          ],
        },
      },
    ],
  });
});

test('pagerduty: an alert by itself is an incident that ends with it', () => {
  const firing = bodyOf('pagerduty', NOTICES.critical);
  expect(firing).toEqual({
    routing_key: PARAMETERS.pagerduty.routingKey,
    event_action: 'trigger',
    dedup_key: 'e1',
    client: 'Tocsin on plant-7/gw-2',
    payload: {
      summary: 'Press overheating l1, m1: m1 on l1 is at 85.25 °C',
      source: 'plant-7/gw-2',
      severity: 'critical',
      timestamp: '2026-06-01T12:00:00.000Z',
      class: 'press-overheat',
      custom_details: {
        labels: { line: 'l1', machine: 'm1' },
        values: { temp: 85.25, mode: 'auto', ok: null },
      },
    },
  });
  expect(bodyOf('pagerduty', NOTICES.resolved)).toMatchObject({ event_action: 'resolve', dedup_key: 'e1' });
});

test.each([
  ['critical', 5, 'rotating_light'],
  ['with a runbook', 4, 'warning'],
  ['info', 3, 'information_source'],
  ['resolved', 3, 'white_check_mark'],
] as const)('ntfy: %s', (kind, priority, tag) => {
  expect(bodyOf('ntfy', NOTICES[kind])).toMatchObject({ topic: 'plant-7', priority, tags: [tag] });
});

test('cloudevents: the id of the notice, and all of it as data', () => {
  const { critical } = NOTICES;
  const tocsin = JSON.parse(shipped('tocsin').render(critical)) as unknown;
  expect(bodyOf('cloudevents', critical)).toEqual({
    specversion: '1.0',
    id: critical.notice.id,
    source: '/tocsin/plant-7/gw-2',
    type: 'tocsin.notice.firing',
    subject: 'press-overheat',
    time: '2026-06-01T12:00:00.000Z',
    datacontenttype: 'application/json',
    data: tocsin,
  });
  expect(shipped('cloudevents').contentType).toBe('application/cloudevents+json');
});

test('alertmanager: version 4 of the body of its webhooks', () => {
  const body = JSON.parse(shipped('alertmanager').render(NOTICES['a group'])) as Record<string, unknown>;
  const common = { alertname: 'press-overheat', severity: 'critical', gateway: 'plant-7/gw-2' };
  const annotations = { summary: 'Press overheating', description: 'm1 on l1 is at 85.25 °C' };
  expect(body).toEqual({
    version: '4',
    groupKey: 'plant-7/gw-2:e1',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'scada',
    groupLabels: {},
    commonLabels: common,
    commonAnnotations: annotations,
    externalURL: '',
    alerts: [
      {
        status: 'firing',
        labels: { line: 'l1', machine: 'm1', ...common },
        annotations,
        startsAt: '2026-06-01T12:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      {
        status: 'resolved',
        labels: { machine: 'm2', ...common },
        annotations,
        startsAt: '2026-06-01T12:00:00.000Z',
        endsAt: '2026-06-01T12:00:00.000Z',
        generatorURL: '',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ],
  });
  const resolved = JSON.parse(shipped('alertmanager').render(NOTICES.resolved)) as typeof body;
  expect(resolved).toMatchObject({ status: 'resolved' });
});
