/**
 * Mail through a whole desk to servers that do what mail servers do: nothing is lost, a cut costs at most one copy and
 * that under the same id, and no other receiver waits. Real sockets; the clock moves when nothing else does.
 */
import { createServer, type Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DeliveryDesk } from '../../../runtime/delivery/delivery-desk.js';
import type { Delivery } from '../../../runtime/delivery/notice.js';
import type { AttemptResult, Receiver } from '../../../runtime/delivery/receiver.js';
import { SmtpMail } from '../../../runtime/delivery/smtp-mail.js';
import { portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { delivery, NOON, Reported } from './delivery-fixture.js';
import { MemoryOutbox } from './memory-outbox.js';

const COUNT = 5;

class Refusal extends Error {
  constructor(
    readonly responseCode: number,
    text: string,
  ) {
    super(text);
  }
}

/** What a server took, by the ids of the mails. */
interface Mailbox {
  readonly port: number;
  readonly ids: string[];
  /** Cuts all connections. */
  cut(): void;
}

async function mailbox(options: (ids: string[]) => SMTPServerOptions): Promise<Mailbox> {
  const ids: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        ids.push(mail.messageId ?? '');
        done();
      }, done);
    },
    ...options(ids),
  });
  server.on('error', () => undefined); // clients that break off
  const listening = server.listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  listening.on('connection', (socket: Socket) => sockets.add(socket));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { port: await portOf(listening), ids, cut };
}

/** Fails the first so many times. */
function failing<Arguments extends readonly unknown[]>(
  times: number,
  fail: (...args: Arguments) => void,
  pass: (...args: Arguments) => void,
): (...args: Arguments) => void {
  let failed = 0;
  return (...args) => {
    failed += 1;
    if (failed <= times) fail(...args);
    else pass(...args);
  };
}

/** Takes everything at once. */
class Other implements Receiver {
  readonly name = 'other';
  readonly fingerprint = 'a';
  readonly concurrency = 1;
  readonly told: Delivery[] = [];

  attempt(one: Delivery): Promise<AttemptResult> {
    this.told.push(one);
    return Promise.resolve({ kind: 'delivered' });
  }
}

function deskTo(port: number) {
  const clock = new SimulatedClock(NOON);
  const outbox = new MemoryOutbox();
  const report = new Reported();
  const other = new Other();
  const mail = new SmtpMail({
    name: 'people',
    fingerprint: 'a',
    from: 'tocsin@plant.example',
    to: ['people@plant.example'],
    timezone: 'UTC',
    server: { host: '127.0.0.1', port, secure: false, requireTls: false, credentials: null },
    clock,
    onRefused: () => undefined,
  });
  let underway = 0;
  const attempt = mail.attempt.bind(mail);
  mail.attempt = async (one, signal) => {
    underway += 1;
    try {
      return await attempt(one, signal);
    } finally {
      underway -= 1;
    }
  };
  const desk = new DeliveryDesk({
    receivers: [mail, other],
    outbox,
    clock,
    now: () => NOON + clock.monotonic(),
    random: () => 0,
    report,
    queuedMax: 1_000,
    queued: [],
    failing: [],
  });
  onTestFinished(() => {
    const stopped = desk.stop(0);
    clock.advance(0);
    return stopped;
  });
  const deliveries = Array.from({ length: COUNT }, (_, n) =>
    ['people', 'other'].map((receiver) => delivery({ receiver, episode: `e${n}` })),
  ).flat();
  outbox.add(deliveries);
  desk.send(deliveries);
  const expected = deliveries
    .filter(({ notice }) => notice.receiver === 'people')
    .map(({ notice }) => `<${notice.id}@plant.example>`);
  /** Lets time pass until all is settled; the clock stands while an attempt is under way. */
  const settle = async () => {
    while (outbox.counts.queued > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      if (underway === 0 && outbox.counts.queued > 0) clock.advance(clock.untilNext);
    }
  };
  return { clock, outbox, report, other, expected, settle };
}

describe('nothing is lost, and nothing comes twice', () => {
  test.each<[string, (ids: string[]) => SMTPServerOptions]>([
    [
      'busy at the connection',
      () => ({
        onConnect: failing(
          3,
          (_session, done) => done(new Refusal(421, 'too many of you')),
          (_session, done) => done(),
        ),
      }),
    ],
    [
      'greylisted',
      () => ({
        onRcptTo: failing(
          4,
          (_address, _session, done) => done(new Refusal(450, 'greylisted, come back')),
          (_address, _session, done) => done(),
        ),
      }),
    ],
    [
      'refused for now after the data',
      (ids) => ({
        onData: failing(
          2,
          (stream, _session, done) => {
            stream.resume().on('end', () => done(new Refusal(452, 'no room')));
          },
          (stream, _session, done) => {
            simpleParser(stream).then((mail) => {
              ids.push(mail.messageId ?? '');
              done();
            }, done);
          },
        ),
      }),
    ],
  ])('%s', async (_name, options) => {
    const { port, ids } = await mailbox(options);
    const { outbox, other, expected, settle } = deskTo(port);
    await settle();
    expect([...ids].sort()).toEqual([...expected].sort());
    expect(outbox.counts).toMatchObject({ delivered: 2 * COUNT, dead: 0, expired: 0 });
    expect(other.told).toHaveLength(COUNT);
  });
});

test('cut after the data: one more copy for each cut, under the same id', async () => {
  const cuts = 3;
  let taken = 0;
  const { port, ids, cut } = await mailbox((kept) => ({
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        kept.push(mail.messageId ?? '');
        taken += 1;
        // It has the mail, and the line goes dead before it can say so.
        if (taken <= cuts) cut();
        else done();
      }, done);
    },
  }));
  const { outbox, report, expected, settle } = deskTo(port);
  await settle();
  expect(new Set(ids)).toEqual(new Set(expected));
  expect(ids).toHaveLength(COUNT + cuts);
  expect(report.lines[0]).toMatch(/^failing people: /);
  expect(outbox.counts).toMatchObject({ delivered: 2 * COUNT, dead: 0 });
});

test('refused for good: dead letters, said, and the others go on', async () => {
  let first = '';
  const { port, ids } = await mailbox((taken) => ({
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        first ||= mail.messageId ?? '';
        if (mail.messageId === first) {
          done(new Refusal(554, 'looks like spam'));
          return;
        }
        taken.push(mail.messageId ?? '');
        done();
      }, done);
    },
  }));
  const { outbox, report, expected, settle } = deskTo(port);
  await settle();
  expect(ids).toEqual(expected.slice(1));
  expect(outbox.counts).toMatchObject({ delivered: 2 * COUNT - 1, dead: 1 });
  expect(report.lines).toEqual([expect.stringMatching(/^dead people: .*554 looks like spam/)]);
});

test('a tarpit that drips: no other receiver waits, and each attempt ends', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220-');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { clock, other, outbox, report } = deskTo(await portOf(server));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
  // Other receivers are done before a second has passed.
  await pause();
  expect(other.told).toHaveLength(COUNT);
  for (let second = 0; second < 50; second += 1) {
    for (const socket of sockets) if (socket.writable) socket.write('s');
    await pause();
    clock.advance(1_000);
  }
  await vi.waitFor(() => expect(report.lines[0]).toBe('failing people: not sent within 45 s'));
  expect(outbox.counts.queued).toBe(COUNT);
});
