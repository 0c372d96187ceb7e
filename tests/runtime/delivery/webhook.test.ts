/**
 * Webhooks against a real HTTP server on loopback: what is sent, what each answer leads to, and the limits on an attempt.
 * The clock stands until it is advanced.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HostSlots } from '../../../runtime/delivery/host-slots.js';
import { Webhook, type WebhookOptions } from '../../../runtime/delivery/webhook.js';
import { InvalidWebhookSecret, WebhookSignature } from '../../../runtime/delivery/webhook-signature.js';
import { SimulatedClock } from '../../../runtime/simulated-clock.js';
import { Secret } from '../../../runtime/site/secret.js';
import { delivery, NOON } from './delivery-fixture.js';

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Keeps requests and answers each by the next of `answers`; the last is repeated. */
async function server(...answers: ((response: ServerResponse) => void)[]) {
  const requests: Request[] = [];
  let onRequest = () => undefined as unknown;
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      (answers.length > 1 ? answers.shift() : answers[0])?.(response);
      onRequest();
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const received = (count: number) =>
    new Promise<void>((resolve) => {
      onRequest = () => {
        if (requests.length >= count) resolve();
      };
      onRequest();
    });
  return { url: `http://127.0.0.1:${port}/hook?key=s3cret`, requests, received, http };
}

const answer =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };
const hang = () => undefined;

function webhook(url: string, options: Partial<WebhookOptions> = {}) {
  const clock = new SimulatedClock(NOON + 250);
  const receiver = new Webhook({
    name: 'scada',
    fingerprint: 'a',
    url: new Secret(url),
    signature: null,
    headers: [],
    concurrency: 8,
    slots: new HostSlots(8),
    userAgent: 'tocsin/test',
    clock,
    ...options,
  });
  const attempt = (signal = new AbortController().signal) => receiver.attempt(delivery(), signal);
  return { receiver, attempt, clock };
}

describe('what is sent', () => {
  test('the body, key by key', async () => {
    const { url, requests } = await server(answer(200));
    const { receiver } = webhook(url);
    const sent = delivery({ event: { late: true }, late: true, runbook: 'https://wiki.example/press' });
    expect(await receiver.attempt(sent, new AbortController().signal)).toEqual({ kind: 'delivered' });
    expect(requests[0]?.method).toBe('POST');
    expect(requests[0]?.url).toBe('/hook?key=s3cret');
    expect(requests[0]?.body).toBe(
      `{"version":1,"id":"${sent.notice.id}","gateway":"plant-7/gw-2","receiver":"scada","kind":"firing","sentAt":${NOON},"late":true,"alerts":[{"time":${NOON},"rule":"press-overheat","event":"firing","severity":"critical","labels":{"line":"l1","machine":"m1"},"values":{"temp":85.25,"mode":"auto","ok":null},"message":"m1 on l1 is at 85.25 °C","episode":"e1","late":true,"title":"Press overheating","runbook":"https://wiki.example/press","startedAt":${NOON},"url":null}],"omitted":0}`,
    );
  });

  test('the headers, with a signature as Standard Webhooks has it', async () => {
    const { url, requests } = await server(answer(204));
    const key = Buffer.alloc(32, 7);
    const signature = new WebhookSignature(new Secret(`whsec_${key.toString('base64')}`));
    const headers = [['X-Plant', new Secret('7')] as const, ['webhook-id', new Secret('forged')] as const];
    await webhook(url, { signature, headers }).attempt();
    const [request] = requests;
    const { id } = delivery().notice;
    const timestamp = String(Math.floor(NOON / 1000));
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'tocsin/test',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${request?.body}`).digest('base64')}`,
      'x-plant': '7',
    });
  });

  test('the same body and id at every attempt, with a fresh timestamp', async () => {
    const { url, requests } = await server(answer(500), answer(200));
    const { attempt, clock } = webhook(url);
    await attempt();
    clock.advance(5_000);
    await attempt();
    expect(requests[1]?.body).toBe(requests[0]?.body);
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual(Array(2).fill(delivery().notice.id));
    expect(Number(requests[1]?.headers['webhook-timestamp'])).toBe(Math.floor(NOON / 1000) + 5);
  });

  test.each([
    'nothing',
    'whsec_',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
  ])('a secret that is none: %s', (text) => {
    expect(() => new WebhookSignature(new Secret(text))).toThrow(InvalidWebhookSecret);
  });
});

describe('what answers lead to', () => {
  test.each([200, 201, 204, 299])('%d: delivered', async (status) => {
    const { url } = await server(answer(status));
    expect(await webhook(url).attempt()).toEqual({ kind: 'delivered' });
  });

  test.each([400, 401, 403, 404, 405, 410, 413, 422])('%d: never again', async (status) => {
    const { url } = await server(answer(status, 'no\n\u001b[31m such\thook'));
    expect(await webhook(url).attempt()).toEqual({
      kind: 'rejected',
      reason: `HTTP ${status}: no [31m such hook`,
    });
  });

  test.each([402, 408, 409, 425, 429, 500, 502, 503, 504])('%d: again', async (status) => {
    const { url } = await server(answer(status));
    expect(await webhook(url).attempt()).toEqual({ kind: 'retry', reason: `HTTP ${status}` });
  });

  test.each([
    ['120', 120_000],
    ['0', 0],
    [new Date(NOON + 90_000).toUTCString(), 89_750],
    [new Date(NOON - 90_000).toUTCString(), 0],
  ])('Retry-After: %s', async (value, afterMs) => {
    const { url } = await server(answer(429, '', { 'retry-after': value }));
    expect(await webhook(url).attempt()).toEqual({ kind: 'retry', reason: 'HTTP 429', afterMs });
  });

  test('a Retry-After that is none is none', async () => {
    const { url } = await server(answer(503, '', { 'retry-after': 'soon' }));
    expect(await webhook(url).attempt()).toEqual({ kind: 'retry', reason: 'HTTP 503' });
  });

  test.each([301, 302, 307, 308])('%d: not followed, and said', async (status) => {
    const { url, requests, http } = await server(answer(status, '', { location: '/elsewhere' }));
    const result = await webhook(url).attempt();
    expect(result).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('redirects are not followed'),
    });
    expect(requests).toHaveLength(1);
    expect(http.listening).toBe(true);
  });

  test('nobody listens', async () => {
    const { url, http } = await server(answer(200));
    http.close();
    await once(http, 'close');
    const result = await webhook(url).attempt();
    expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining('ECONNREFUSED') });
  });

  test('the connection breaks', async () => {
    const { url } = await server((response) => response.destroy());
    expect(await webhook(url).attempt()).toMatchObject({ kind: 'retry' });
  });

  test('no reason holds the address: it may hold a key', async () => {
    const { url } = await server(
      (response) => response.destroy(),
      answer(404),
      answer(301, '', { location: '/x?key=s3cret' }),
    );
    const { attempt } = webhook(url);
    const results = [await attempt(), await attempt(), await attempt()];
    expect(JSON.stringify(results)).not.toContain('s3cret');
  });
});

describe('limits', () => {
  test('15 s for an answer', async () => {
    const { url, received } = await server(hang);
    const { attempt, clock } = webhook(url);
    const result = attempt();
    await received(1);
    clock.advance(14_999);
    expect(clock.untilNext).toBe(1);
    clock.advance(1);
    expect(await result).toEqual({ kind: 'retry', reason: 'no answer within 15 s' });
  });

  test('15 s for the whole answer', async () => {
    const { url, received } = await server((response) => {
      response.writeHead(500).write('and then nothing');
    });
    const { attempt, clock } = webhook(url);
    const result = attempt();
    await received(1);
    clock.advance(15_000);
    expect(await result).toEqual({ kind: 'retry', reason: 'no answer within 15 s' });
  });

  test('64 KB of an answer, the rest is dropped', async () => {
    let isCut = () => undefined as unknown;
    const cut = new Promise<void>((resolve) => {
      isCut = resolve;
    });
    const { url } = await server((response) => {
      response.writeHead(500);
      const more = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      response.on('close', isCut);
      more();
    });
    expect(await webhook(url).attempt()).toMatchObject({ kind: 'retry' });
    await cut;
  });

  test('is broken off when told to', async () => {
    const { url, received } = await server(hang);
    const controller = new AbortController();
    const result = webhook(url).attempt(controller.signal);
    await received(1);
    controller.abort();
    expect(await result).toEqual({ kind: 'retry', reason: 'broken off' });
  });

  test('no more at once than the slots of its host', async () => {
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
