/** Webhooks against a real HTTP server on loopback: what is sent, and what each answer leads to. */
import { once } from 'node:events';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { webhookBody } from '../../../runtime/delivery/webhook-body.js';
import { InvalidWebhookSecret, WebhookSignature } from '../../../runtime/delivery/webhook-signature.js';
import { Secret } from '../../../runtime/site/secret.js';
import { delivery, NOON } from './delivery-fixture.js';
import { answer, server, webhook } from './webhook-fixture.js';

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
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const signature = new WebhookSignature(new Secret(secret));
    const headers = [['X-Plant', new Secret('7')] as const, ['Webhook-Id', new Secret('forged')] as const];
    const { attempt } = webhook(url, { signature, headers, wall: Date.now() });
    await attempt();
    const [request] = requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(request?.body ?? '')),
      'user-agent': 'tocsin/test',
      'webhook-id': delivery().notice.id,
      'x-plant': '7',
    });
    // Another implementation vouches for the signature, and for the timestamp being of now.
    const signed = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
        name,
        String(request?.headers[name]),
      ]),
    );
    const verifier = new Verifier(secret);
    expect(verifier.verify(request?.body ?? '', signed)).toEqual(JSON.parse(request?.body ?? ''));
    expect(() => verifier.verify(`${request?.body} `, signed)).toThrow();
    expect(() => verifier.verify(request?.body ?? '', { ...signed, 'webhook-id': 'another' })).toThrow();
    expect(() =>
      new Verifier(`whsec_${Buffer.alloc(32, 8).toString('base64')}`).verify(request?.body ?? '', signed),
    ).toThrow();
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

  test('what is sent from memory says so', () => {
    const { notice } = delivery();
    expect(JSON.parse(webhookBody({ ...notice, storage: 'degraded' }))).toMatchObject({
      storage: 'degraded',
    });
    expect(JSON.parse(webhookBody(notice))).not.toHaveProperty('storage');
    const flapping = { max: 3, perMs: 600_000 };
    const alerts = notice.alerts.map((alert) => ({ ...alert, flapping }));
    expect(JSON.parse(webhookBody({ ...notice, alerts }))).toMatchObject({ alerts: [{ flapping }] });
    expect(webhookBody(notice)).not.toContain('flapping');
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
