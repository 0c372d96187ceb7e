import {
  type Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../clock.js';

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Keeps connections for the next request. */
  readonly agent: Agent;
  readonly clock: Clock;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of the body. */
  readonly text: string;
}

const ANSWER_BYTES_MAX = 64 * 1024;
/** As much of the body as somebody reads. */
const TEXT_BYTES_MAX = 1_024;
/** The status says what matters: for the body after it nobody waits longer than this. */
const BODY_MS = 1_000;

/**
 * Posts once and gives what was answered. Redirects are not followed; of the body at most 64 KB are read, for at most a
 * second. `node:http`, as `fetch` takes four times as long for a request (measured on loopback, Node 20).
 *
 * @param signal breaks it off: the promise rejects
 */
export async function httpPost(post: HttpPost, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await postOnce(post, signal);
  } catch (error) {
    // The server closed a kept connection while the request was on its way: that says nothing about the request.
    if (!(error instanceof StaleConnection) || signal.aborted) throw error;
    return await postOnce(post, signal);
  }
}

/** A connection of an earlier request was closed before there was any answer. */
class StaleConnection extends Error {}

function postOnce({ url, headers, body, agent, clock }: HttpPost, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const isSecure = url.startsWith('https:');
    const request = (isSecure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal,
    });
    request.on('response', (response) => {
      readAnswer(response, clock).then(resolve, reject);
    });
    // Stays: what breaks after the answer is of no interest, but must not be nobody's.
    request.on('error', (error) => {
      const message = error.message;
      reject(
        request.reusedSocket && !signal.aborted ? new StaleConnection(message, { cause: error }) : error,
      );
    });
    request.end(body);
  });
}

function readAnswer(response: IncomingMessage, clock: Clock): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      timer.cancel();
      if (!response.complete) response.destroy();
      const text = Buffer.concat(chunks).subarray(0, TEXT_BYTES_MAX).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    };
    const timer = clock.schedule(BODY_MS, finish);
    response.on('data', (chunk: Buffer) => {
      if (bytes < TEXT_BYTES_MAX) chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES_MAX) finish();
    });
    for (const end of ['end', 'error', 'close'] as const) response.on(end, finish);
  });
}
