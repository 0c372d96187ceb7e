/** A real HTTP server on loopback that answers as a test says, and a webhook that posts to it; its clock stands. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { HostSlots } from '../../../runtime/delivery/host-slots.js';
import { Webhook, type WebhookOptions } from '../../../runtime/delivery/webhook.js';
import { TOCSIN_FORMAT } from '../../../runtime/formats/body-format.js';
import { Secret } from '../../../runtime/site/secret.js';
import { portOf } from '../../loopback-port.js';
import { SimulatedClock } from '../../simulated-clock.js';
import { delivery, NOON } from './delivery-fixture.js';

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Keeps requests and answers each by the next of `answers`; the last is repeated. */
export async function server(...answers: ((response: ServerResponse) => void)[]) {
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
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const port = await portOf(http);
  const received = (count: number) =>
    new Promise<void>((resolve) => {
      onRequest = () => {
        if (requests.length >= count) resolve();
      };
      onRequest();
    });
  return { url: `http://127.0.0.1:${port}/hook?key=s3cret`, requests, received, http };
}

export const answer =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };
export const hang = () => undefined;

export function webhook(
  url: string,
  { wall = NOON + 250, ...options }: Partial<WebhookOptions> & { wall?: number } = {},
) {
  const clock = new SimulatedClock(wall);
  const receiver = new Webhook({
    name: 'scada',
    fingerprint: 'a',
    url: new Secret(url),
    signature: null,
    headers: [],
    format: TOCSIN_FORMAT,
    parameters: [],
    concurrency: 8,
    slots: new HostSlots(8),
    userAgent: 'tocsin/test',
    clock,
    ...options,
  });
  const attempt = (signal = new AbortController().signal) => receiver.attempt(delivery(), signal);
  return { receiver, attempt, clock };
}
