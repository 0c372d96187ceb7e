/** What mails say: of one alert and of several, for the first time and again, and what happens next. */
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../rules/alert-event.js';
import { mailContent } from '../../../runtime/delivery/mail-content.js';
import type { Delivery, Notice, NoticeAlert } from '../../../runtime/delivery/notice.js';
import { testNotice } from '../../../runtime/delivery/test-notice.js';
import { delivery, NOON } from './delivery-fixture.js';

const MINUTE_MS = 60_000;

function mail(notice: Partial<Notice>, one: Delivery = delivery()) {
  return mailContent({ ...one, notice: { ...one.notice, ...notice } }, 'Europe/Berlin');
}

function alert(
  machine: string,
  change: Omit<Partial<NoticeAlert>, 'event'> & { event?: Partial<AlertEvent> } = {},
): NoticeAlert {
  const [base] = delivery().notice.alerts;
  if (base === undefined) throw new Error('no alert');
  const event = {
    ...base.event,
    labels: { line: 'l1', machine },
    message: `${machine} is hot`,
    ...change.event,
  };
  return { ...base, ...change, event };
}

const over = { event: { event: 'resolved', reason: 'normal', time: NOON + 5 * MINUTE_MS } } as const;

describe('one alert', () => {
  test('its values, and what raised it', () => {
    const { text, html } = mail({ alerts: [alert('m1', { condition: 'temp above 80 for 30s' })] });
    expect(text).toContain('temp       85.25 °C\n');
    expect(text).toContain('raised by  temp above 80 for 30s\n');
    expect(html).toContain('>temp above 80 for 30s<');
  });

  test('that has ended was not raised by anything any more', () => {
    const { text } = mail({
      kind: 'resolved',
      alerts: [alert('m1', { ...over, condition: 'temp above 80' })],
    });
    expect(text).not.toContain('raised by');
  });

  test('again: since when it fires', () => {
    const sentAt = NOON + 65 * MINUTE_MS;
    const { subject, text } = mail({ kind: 'repeat', sentAt });
    expect(subject).toBe('[critical, still firing] Press overheating: l1, m1');
    expect(text).toContain('since    2026-06-01 14:00:00 +02:00, for 1h 5m\n');
  });

  test('that comes and goes', () => {
    const { subject, text } = mail({
      alerts: [alert('m1', { flapping: { max: 3, perMs: 10 * MINUTE_MS } })],
    });
    expect(subject).toBe('[critical, comes and goes] Press overheating: l1, m1');
    expect(text).toContain(
      'It has come and gone more than 3 times in 10m: you are told again when it gets worse, or was calm for 10m.\n',
    );
    expect(text).not.toContain('You are told when it ends');
  });

  test('to somebody else', () => {
    const { subject, text } = mail({ kind: 'escalation', sentAt: NOON + 15 * MINUTE_MS });
    expect(subject).toBe('[critical, still firing] Press overheating: l1, m1');
    expect(text).toContain(', for 15m\n');
  });

  test('of the program itself', () => {
    const event = { rule: 'tocsin/receiver-failing', labels: { receiver: 'scada' }, values: {} };
    const alerts = [
      alert('', { title: 'A receiver cannot be told', event: { ...event, message: 'HTTP 500' } }),
    ];
    const { subject, text } = mail({ kind: 'system', alerts });
    expect(subject).toBe('[critical] A receiver cannot be told: scada');
    expect(text).not.toContain('You are told');
    expect(
      mail({ kind: 'system', alerts: [alert('', { ...over, title: 'A receiver cannot be told' })] }).subject,
    ).toMatch(/^\[resolved\]/);
  });

  test('a test', () => {
    const one = testNotice({ gateway: 'gw', receiver: 'people', time: NOON, now: NOON });
    expect(mail({}, one)).toMatchObject({
      subject: '[test] Test of people',
      text: expect.stringContaining('There is nothing to do.\n'),
    });
  });

  test('from memory: it says so', () => {
    expect(mail({ storage: 'degraded' }).text).toContain('storage degraded');
    expect(mail({}).text).not.toContain('storage');
  });

  test('a runbook that is no web page is no link', () => {
    const { html } = mail({ alerts: [alert('m1', { runbook: 'javascript:alert(1)' })] });
    expect(html).not.toContain('href');
    expect(html).toContain('What to do: javascript:alert(1)');
  });
});

describe('what happens next', () => {
  test.each<[string, Partial<Notice>, string[]]>([
    ['nothing but its end', {}, ['You are told when it ends.']],
    [
      'it is told again',
      { outlook: { repeatMs: 4 * 60 * MINUTE_MS } },
      ['While it fires you are told again every 4h.', 'You are told when it ends.'],
    ],
    [
      'others are told',
      { outlook: { escalation: { at: NOON + 15 * MINUTE_MS, to: ['boss', 'night'] } } },
      ['If it still fires at 14:15:00, boss and night will be told.', 'You are told when it ends.'],
    ],
    [
      'it stays',
      { alerts: [alert('m1', { isLatched: true })] },
      ['It stays until somebody resets it: tocsin reset press-overheat'],
    ],
    ['it is over', { kind: 'resolved', alerts: [alert('m1', over)] }, []],
  ])('%s', (_name, notice, expected) => {
    const { text, html } = mail(notice);
    const said = text.split('\n').filter((line) => /^(You|While|If|It stays)/.test(line));
    expect(said).toEqual(expected);
    for (const sentence of expected) expect(html).toContain(sentence);
  });
});

describe('several alerts', () => {
  const several = {
    kind: 'group',
    alerts: [
      alert('m1'),
      alert('m2', {
        event: { severity: 'warning', message: 'm2 is warm' },
        runbook: 'https://wiki.example/m2',
      }),
      alert('m3', over),
      alert('m4', { isKnown: true }),
    ],
  } as const;

  test('what is new stands in the subject, all stands in the mail', () => {
    const { subject, text } = mail(several);
    expect(subject).toBe(
      '[1 critical, 1 warning, 1 resolved, 1 still firing] Press overheating: l1, m1; Press overheating: l1, m2; Press overheating: l1, m3',
    );
    expect(text).toBe(`1 critical, 1 warning, 1 resolved, 1 still firing

CRITICAL: Press overheating: l1, m1
  m1 is hot
  since 2026-06-01 14:00:00 +02:00

WARNING: Press overheating: l1, m2
  m2 is warm
  since 2026-06-01 14:00:00 +02:00
  What to do: https://wiki.example/m2

RESOLVED: Press overheating: l1, m3
  m3 is hot
  since 2026-06-01 14:00:00 +02:00; ended 2026-06-01 14:05:00 +02:00, after 5m; because back to normal

CRITICAL, STILL FIRING: Press overheating: l1, m4
  m4 is hot
  since 2026-06-01 14:00:00 +02:00, for 0s

You are told when it ends.

Sent by Tocsin on plant-7/gw-2, rule press-overheat.
`);
  });

  test('in HTML each has its colour, and nothing of a name is markup', () => {
    const { html } = mail({ ...several, alerts: [alert('<b>m1</b>'), alert('m3', over)] });
    expect(html).toContain('#b3261e');
    expect(html).toContain('#1e6b3a');
    expect(html).not.toContain('<b>');
    expect(html).toContain('&#60;b&#62;m1&#60;/b&#62;');
  });

  test('that all go on', () => {
    const { subject } = mail({ kind: 'repeat', alerts: [alert('m1'), alert('m2')] });
    expect(subject).toBe('[2 still firing] Press overheating: l1, m1; Press overheating: l1, m2');
  });

  test('more than fit are counted', () => {
    const { subject, text, html } = mail({ ...several, kind: 'summary', omitted: 947 });
    expect(subject).toMatch(/^\[1 critical, 1 warning, 1 resolved, 1 still firing, 947 more\]/);
    expect(text).toContain('\nand 947 more\n');
    expect(html).toContain('and 947 more');
    expect(text).not.toContain('You are told');
  });
});
