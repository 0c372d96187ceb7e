/**
 * Webhooks at servers that do what servers should not: each attempt ends in time and in bounded memory, whatever comes,
 * and no other receiver notices. Real sockets; the clock stands until it is advanced.
 */
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DeliveryDesk } from '../../../runtime/delivery/delivery-desk.js';
import { HostSlots } from '../../../runtime/delivery/host-slots.js';
import { portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { delivery, NOON, Reported } from './delivery-fixture.js';
import { MemoryOutbox } from './memory-outbox.js';
import { answer, hang, server, webhook } from './webhook-fixture.js';

/** Speaks TCP as the test says, once a whole request has come. */
async function rawServer(onRequest: (socket: Socket, count: number) => void) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const tcp = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined); // the client breaks off
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (!text.endsWith('"omitted":0}')) return;
      text = '';
      requests += 1;
      onRequest(socket, requests);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    tcp.close();
  });
  const port = await portOf(tcp);
  return { url: `http://127.0.0.1:${port}/hook`, requests: () => requests, sockets };
}

const CLOSES = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('an attempt ends', () => {
  test('15 s after it began, if nothing is answered', async () => {
    const { url, received } = await server(hang);
    const { attempt, clock } = webhook(url);
    const result = attempt();
    await received(1);
    clock.advance(14_999);
    expect(clock.untilNext).toBe(1);
    clock.advance(1);
    expect(await result).toEqual({ kind: 'retry', reason: 'no answer within 15 s' });
  });

  test('15 s after it began, though the headers drip in', async () => {
    let onFirst = (_socket: Socket) => undefined as unknown;
    const first = new Promise<Socket>((resolve) => {
      onFirst = resolve;
    });
    const { url } = await rawServer((socket) => {
      onFirst(socket);
    });
    const { attempt, clock } = webhook(url);
    const result = attempt();
    const socket = await first;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    for (const byte of 'HTTP/1.1 200 OK') {
      socket.write(byte);
      clock.advance(1_000);
    }
    expect(await result).toEqual({ kind: 'retry', reason: 'no answer within 15 s' });
    await closed;
  });

  test.each([
    [200, { kind: 'delivered' }],
    [500, { kind: 'retry', reason: 'HTTP 500: slow' }],
    [410, { kind: 'rejected', reason: 'HTTP 410: slow' }],
  ])('a second after the status %d, though the body drips in', async (status, expected) => {
    const { url } = await server((response) => {
      response.writeHead(status, { 'content-length': 1_000 }).write('slow');
    });
    const { attempt, clock } = webhook(url);
    const result = attempt();
    await timerFor(clock, 1_000);
    clock.advance(1_000);
    expect(await result).toEqual(expected);
    expect(clock.untilNext).toBe(Number.POSITIVE_INFINITY);
  });

  test('at the status, though the body breaks off', async () => {
    const { url } = await rawServer((socket) => {
      socket.end('HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 100\r\n\r\nbusy');
    });
    expect(await webhook(url).attempt()).toEqual({
      kind: 'retry',
      reason: 'HTTP 503: busy',
      afterMs: 7_000,
    });
  });

  test.each([200, 500])('after 64 KB of a gigabyte, status %d', async (status) => {
    let written = 0;
    let isCut = () => undefined as unknown;
    const cut = new Promise<void>((resolve) => {
      isCut = resolve;
    });
    const { url } = await server((response) => {
      response.writeHead(status, { 'content-length': 1_000_000_000 });
      const chunk = Buffer.alloc(65_536, 'x');
      const more = () => {
        do written += chunk.length;
        while (response.write(chunk) && written < 1_000_000_000);
      };
      response.on('drain', more);
      response.on('close', isCut);
      more();
    });
    const before = process.memoryUsage().rss;
    expect(await webhook(url).attempt()).toMatchObject({ kind: status === 200 ? 'delivered' : 'retry' });
    await cut;
    // What fits into the buffers of the connection, but nothing like all of it.
    expect(written).toBeLessThan(16_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(64_000_000);
  });

  test('with headers without end', async () => {
    const { url } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = () => {
        while (socket.writable && socket.write(`x-${'y'.repeat(1_000)}: z\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await webhook(url).attempt()).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/header/i),
    });
  });

  test.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['ends in the middle', 'HTTP/1.1 20'],
  ])('with an answer that %s', async (_name, text) => {
    const { url } = await rawServer((socket) => socket.end(text));
    expect(await webhook(url).attempt()).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/./) });
  });

  test('with a reset', async () => {
    const { url, requests } = await rawServer((socket) => socket.resetAndDestroy());
    expect(await webhook(url).attempt()).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNRESET'),
    });
    expect(requests()).toBe(1);
  });

  test('when it is told to', async () => {
    const { url, received } = await server(hang);
    const controller = new AbortController();
    const result = webhook(url).attempt(controller.signal);
    await received(1);
    controller.abort();
    expect(await result).toEqual({ kind: 'retry', reason: 'broken off' });
  });
});

describe('connections', () => {
  test('are used again', async () => {
    const { url, sockets } = await rawServer((socket) => socket.write(CLOSES));
    const { attempt } = webhook(url);
    for (let i = 0; i < 5; i += 1) expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(sockets.size).toBe(1);
  });

  test('one that the server has closed meanwhile is no failure', async () => {
    // It takes the second request on the kept connection, and breaks it off without an answer.
    const { url, requests } = await rawServer((socket, count) => {
      if (count === 2) socket.resetAndDestroy();
      else socket.write(CLOSES);
    });
    const { attempt } = webhook(url);
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(requests()).toBe(3);
  });

  test('one that breaks again is one', async () => {
    const { url, requests } = await rawServer((socket, count) => {
      if (count > 1) socket.resetAndDestroy();
      else socket.write(CLOSES);
    });
    const { attempt } = webhook(url);
    expect(await attempt()).toEqual({ kind: 'delivered' });
    expect(await attempt()).toMatchObject({ kind: 'retry' });
    expect(requests()).toBe(3);
  });

  test('no more at once than the slots of their host', async () => {
    const responses: ServerResponse[] = [];
    const { url, received } = await server((response) => {
      responses.push(response);
    });
    const slots = new HostSlots(2);
    const [first, second] = [webhook(url, { slots }), webhook(url, { slots })];
    const results = [first.attempt(), first.attempt(), second.attempt()];
    await received(2);
    expect(responses).toHaveLength(2);
    responses[0]?.writeHead(200).end();
    await received(3);
    for (const response of responses.slice(1)) response.writeHead(200).end();
    expect(await Promise.all(results)).toEqual(Array(3).fill({ kind: 'delivered' }));
  });
});

test('a receiver at each of them, and one that works: it gets all of its notices, in order, at once', async () => {
  const faults = await Promise.all([
    server(hang),
    server(answer(500)),
    server(answer(429, '', { 'retry-after': '3600' })),
    server(answer(301, '', { location: 'http://127.0.0.1/' })),
    server((response) => response.destroy()),
    server((response) => void response.writeHead(500).write('x')),
  ]);
  const good = await server(answer(204));
  const clock = new SimulatedClock(NOON);
  const outbox = new MemoryOutbox();
  const parts = faults.map(({ url }, index) => webhook(url, { name: `bad${index}`, clock }).receiver);
  const desk = new DeliveryDesk({
    receivers: [...parts, webhook(good.url, { name: 'good', clock, concurrency: 1 }).receiver],
    outbox,
    clock,
    now: () => NOON + clock.monotonic(),
    random: () => 0,
    report: new Reported(),
    queuedMax: 10_000,
    queued: [],
    failing: [],
  });
  onTestFinished(() => {
    const stopped = desk.stop(0);
    clock.advance(0);
    return stopped;
  });
  const names = [...parts.map(({ name }) => name), 'good'];
  const deliveries = Array.from({ length: 100 }, (_, n) =>
    names.map((receiver) => delivery({ receiver, episode: `e${n}` })),
  ).flat();
  outbox.add(deliveries);
  desk.send(deliveries);
  await good.received(100);
  const ids = good.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual(
    deliveries.filter(({ notice }) => notice.receiver === 'good').map(({ notice }) => notice.id),
  );
  // The clock has not moved: nobody waited for any of the others.
  expect(clock.monotonic()).toBe(0);
});

/** Waits until something is due within this time. */
async function timerFor(clock: SimulatedClock, ms: number): Promise<void> {
  while (clock.untilNext > ms) await new Promise((resolve) => setImmediate(resolve));
}
