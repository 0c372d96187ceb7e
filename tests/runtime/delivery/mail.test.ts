/**
 * Mail to a real SMTP server on loopback and into a folder, read back by a mail parser: what arrives, what each answer of
 * the server leads to, and the limit on an attempt.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MailFolder } from '../../../runtime/delivery/mail-folder.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import { SmtpMail, type SmtpServer } from '../../../runtime/delivery/smtp-mail.js';
import { Secret } from '../../../runtime/site/secret.js';
import { freePort, portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { delivery, NOON } from './delivery-fixture.js';

const PEOPLE = ['maintenance@plant.example', 'night@plant.example'];

class SmtpError extends Error {
  constructor(
    readonly responseCode: number,
    text: string,
  ) {
    super(text);
  }
}

/** A mail server that keeps what it takes. */
async function mailServer(options: SMTPServerOptions = {}) {
  const mails: ParsedMail[] = [];
  const recipients: string[][] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        recipients.push(session.envelope.rcptTo.map(({ address }) => address));
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined); // clients that break off
  const listening = server.listen(0, '127.0.0.1');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mails, recipients, port: await portOf(listening) };
}

function mailer(port: number, server: Partial<SmtpServer> = {}) {
  const clock = new SimulatedClock(NOON);
  const refused: string[] = [];
  const receiver = new SmtpMail({
    name: 'maintenance',
    fingerprint: 'a',
    from: 'tocsin@plant.example',
    to: PEOPLE,
    timezone: 'Europe/Berlin',
    server: { host: '127.0.0.1', port, secure: false, requireTls: false, credentials: null, ...server },
    clock,
    onRefused: (_receiver, refusals) => refused.push(...refusals),
  });
  const attempt = (one: Delivery = delivery(), signal = new AbortController().signal) =>
    receiver.attempt(one, signal);
  return { attempt, clock, refused };
}

async function sent(one: Delivery): Promise<ParsedMail> {
  const { mails, port } = await mailServer();
  expect(await mailer(port).attempt(one)).toEqual({ kind: 'delivered' });
  const [mail] = mails;
  if (mail === undefined) throw new Error('no mail');
  return mail;
}

describe('what arrives', () => {
  test('a firing alert', async () => {
    const mail = await sent(delivery({ runbook: 'https://wiki.example/press?a=1&b=2' }));
    expect(mail.subject).toBe('[critical] Press overheating: l1, m1');
    expect(mail.from?.text).toBe('"Tocsin" <tocsin@plant.example>');
    expect(mail.to).toMatchObject({ text: PEOPLE.join(', ') });
    expect(mail.text).toBe(`CRITICAL: Press overheating

m1 on l1 is at 85.25 °C

since    2026-06-01 14:00:00 +02:00

line     l1
machine  m1

temp     85.25 °C
mode     auto
ok       ?

What to do: https://wiki.example/press?a=1&b=2

You are told when it ends.

Sent by Tocsin on plant-7/gw-2, rule press-overheat.
`);
    expect(mail.html).toContain('<h1');
    expect(mail.html).toContain('85.25 °C');
    expect(mail.html).toContain('href="https://wiki.example/press?a=1&#38;b=2"');
    expect(mail.headers.get('priority')).toBe('high');
    expect(mail.date).toEqual(new Date(NOON));
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test('how it went on: when, for how long, and why it ended', async () => {
    const end = { time: NOON + 3_900_000, reason: 'normal' as const };
    const mail = await sent(delivery({ kind: 'resolved', number: 3, thread: 'first', event: end }));
    expect(mail.subject).toBe('[resolved] Press overheating: l1, m1');
    expect(mail.text).toContain('ended    2026-06-01 15:05:00 +02:00, after 1h 5m');
    expect(mail.text).toContain('because  back to normal');
    expect(mail.headers.has('priority')).toBe(false);
  });

  test('what is not watched any more is not back to normal', async () => {
    const mail = await sent(delivery({ kind: 'resolved', event: { reason: 'inactive' } }));
    expect(mail.text).toContain('no longer watched');
    expect(mail.text).not.toContain('normal');
  });

  test('a change of severity', async () => {
    const mail = await sent(delivery({ kind: 'severity', event: { previous: 'warning' } }));
    expect(mail.subject).toBe('[critical, was warning] Press overheating: l1, m1');
  });

  test('ids make threads', async () => {
    const first = await sent(delivery());
    const { id } = delivery().notice;
    expect(first.messageId).toBe(`<${id}@plant.example>`);
    expect(first.references).toBeUndefined();
    const later = await sent(delivery({ kind: 'resolved', number: 2, thread: id }));
    expect(later.messageId).not.toBe(first.messageId);
    expect(later.references).toBe(first.messageId);
    expect(later.inReplyTo).toBe(first.messageId);
  });

  test('a late one says so', async () => {
    expect((await sent(delivery({ late: true }))).text).toContain('This notice is late');
    expect((await sent(delivery())).text).not.toContain('late');
  });

  test('names of devices can neither add headers nor markup', async () => {
    const machine = 'm1\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>';
    const labels = { machine, line: '"><img src=x>' };
    const mail = await sent(delivery({ event: { labels, message: `${machine} & co` } }));
    expect(mail.headers.has('bcc')).toBe(false);
    expect(mail.subject).toBe(
      '[critical] Press overheating: m1 Bcc: eve@evil.example <script>alert(1)</script>, "><img src=x>',
    );
    expect(mail.html).not.toMatch(/<script|<img/);
    expect(mail.html).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#38; co');
  });

  test('a subject has at most 200 characters', async () => {
    const mail = await sent(delivery({ title: '温度🔥'.repeat(100) }));
    expect([...(mail.subject ?? '')]).toHaveLength(200);
    expect(mail.subject).toMatch(/…$/);
  });
});

describe('what answers lead to', () => {
  test('a refusal for now, then success: one mail with the same id', async () => {
    let attempts = 0;
    const { mails, port } = await mailServer({
      onMailFrom(_address, _session, done) {
        attempts += 1;
        done(attempts === 1 ? new SmtpError(451, 'try again later') : undefined);
      },
    });
    const { attempt } = mailer(port);
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: expect.stringContaining('451') });
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(mails.map(({ messageId }) => messageId)).toEqual([`<${delivery().notice.id}@plant.example>`]);
  });

  test('a refusal for good', async () => {
    const { port } = await mailServer({
      onMailFrom: (_address, _session, done) => done(new SmtpError(550, 'no such sender')),
    });
    expect(await mailer(port).attempt()).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('550 no such sender'),
    });
  });

  test('a wrong password may be put right', async () => {
    const { port } = await mailServer({
      authOptional: false,
      onAuth: (_auth, _session, done) => done(new SmtpError(535, 'who are you')),
    });
    const credentials = { username: 'tocsin', password: new Secret('hunter2') };
    const result = await mailer(port, { credentials }).attempt();
    expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining('535') });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('logs in', async () => {
    const seen: unknown[] = [];
    const { port, mails } = await mailServer({
      authOptional: false,
      onAuth(auth, _session, done) {
        seen.push(auth.username, auth.password);
        done(null, { user: 'tocsin' });
      },
    });
    const credentials = { username: 'tocsin', password: new Secret('hunter2') };
    expect(await mailer(port, { credentials }).attempt()).toEqual({ kind: 'delivered' });
    expect(seen).toEqual(['tocsin', 'hunter2']);
    expect(mails).toHaveLength(1);
  });

  test('of several people one is refused for good: the others have it, and it is said', async () => {
    const { port, recipients } = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address === PEOPLE[0] ? new SmtpError(550, 'mailbox gone') : undefined),
    });
    const { attempt, refused } = mailer(port);
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(recipients).toEqual([[PEOPLE[1]]]);
    expect(refused).toEqual([`${PEOPLE[0]}: 550 mailbox gone`]);
  });

  test('of several people one is refused for now: only that one is tried again', async () => {
    let greylisted = 0;
    const { port, recipients } = await mailServer({
      onRcptTo({ address }, _session, done) {
        if (address === PEOPLE[0]) greylisted += 1;
        done(address === PEOPLE[0] && greylisted === 1 ? new SmtpError(450, 'greylisted') : undefined);
      },
    });
    const { attempt, refused } = mailer(port);
    expect(await attempt()).toMatchObject({ kind: 'retry', reason: `${PEOPLE[0]}: 450 greylisted` });
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(recipients).toEqual([[PEOPLE[1]], [PEOPLE[0]]]);
    expect(refused).toEqual([]);
  });

  test('a server that is busy', async () => {
    const { port } = await mailServer({
      onConnect: (_session, done) => done(new SmtpError(554, 'too many of you')),
    });
    expect(await mailer(port).attempt()).toMatchObject({ kind: 'retry' });
  });

  test('nobody listens', async () => {
    expect(await mailer(await freePort()).attempt()).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('encryption', () => {
  test('is required: a server without STARTTLS gets nothing', async () => {
    const { port, mails } = await mailServer();
    expect(await mailer(port, { requireTls: true }).attempt()).toMatchObject({ kind: 'retry' });
    expect(mails).toEqual([]);
  });

  test('a certificate that nobody vouches for is refused', async () => {
    const { port, mails } = await mailServer({ disabledCommands: [] });
    expect(await mailer(port, { requireTls: true }).attempt()).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/certificate/),
    });
    expect(mails).toEqual([]);
  });
});

describe('limits', () => {
  /** A server that greets and then says a little now and then, so that no silence ever lasts. */
  async function tarpit() {
    let onConnection = (_socket: Socket) => undefined as unknown;
    const connected = new Promise<Socket>((resolve) => {
      onConnection = resolve;
    });
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220-slow\r\n');
      onConnection(socket);
    }).listen(0, '127.0.0.1');
    onTestFinished(async () => {
      (await connected).destroy();
      server.close();
    });
    return { connected, port: await portOf(server) };
  }

  /** Being cut off may be a reset, with which `once` would reject. */
  const closing = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  test('45 s for the whole attempt, then the connection is cut', async () => {
    const { connected, port } = await tarpit();
    const { attempt, clock } = mailer(port);
    const result = attempt();
    const socket = await connected;
    const closed = closing(socket);
    clock.advance(44_999);
    socket.write('220-still slow\r\n');
    clock.advance(1);
    expect(await result).toEqual({ kind: 'retry', reason: 'not sent within 45 s' });
    await closed;
  });

  test('is broken off when told to', async () => {
    const { connected, port } = await tarpit();
    const controller = new AbortController();
    const result = mailer(port).attempt(delivery(), controller.signal);
    const closed = closing(await connected);
    controller.abort();
    expect(await result).toEqual({ kind: 'retry', reason: 'broken off' });
    await closed;
  });
});

describe('into a folder', () => {
  function folder() {
    const parent = mkdtempSync(join(tmpdir(), 'tocsin-mail-'));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    const path = join(parent, 'deep', 'mail');
    const receiver = new MailFolder({
      name: 'maintenance',
      fingerprint: 'a',
      from: 'tocsin@plant.example',
      to: PEOPLE,
      timezone: 'UTC',
      folder: path,
    });
    return { path, parent, receiver };
  }

  test('one file for each notice, in order of time; the same at a second attempt', async () => {
    const { path, receiver } = folder();
    const later = delivery({
      kind: 'resolved',
      number: 2,
      thread: delivery().notice.id,
      event: { time: NOON + 60_000 },
    });
    for (const one of [later, delivery(), delivery()]) {
      expect(await receiver.attempt(one)).toEqual({ kind: 'delivered' });
    }
    const short = (one: Delivery) => one.notice.id.slice(0, 8);
    const names = readdirSync(path);
    expect(names).toEqual([
      `20260601T120000Z-firing-press-overheat-${short(delivery())}.eml`,
      `20260601T120100Z-resolved-press-overheat-${short(later)}.eml`,
    ]);
    const mails = await Promise.all(names.map((name) => simpleParser(readFileSync(join(path, name)))));
    expect(mails.map(({ subject }) => subject)).toEqual([
      '[critical] Press overheating: l1, m1',
      '[resolved] Press overheating: l1, m1',
    ]);
    expect(mails[1]?.references).toBe(mails[0]?.messageId);
    expect(mails[0]?.to).toMatchObject({ text: PEOPLE.join(', ') });
  });

  test('what the program says of itself has no folder of its own', async () => {
    const { path, receiver } = folder();
    await receiver.attempt(delivery({ kind: 'system', event: { rule: 'tocsin/started' } }));
    expect(readdirSync(path)).toEqual([expect.stringMatching(/-system-tocsin-started-[a-z2-7]{8}\.eml$/)]);
  });

  test('a folder that cannot be made', async () => {
    const { parent, receiver } = folder();
    writeFileSync(join(parent, 'deep'), 'a file in the way');
    expect(await receiver.attempt(delivery())).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/^cannot write into .*\/deep\/mail: /),
    });
  });
});
