import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock, Timer } from '../clock.js';
import { ControlError, STATUS_OF } from './control-error.js';
import type { ControlTarget } from './control-target.js';
import { findRoute } from './find-route.js';

export interface ControlHandlerOptions {
  readonly target: ControlTarget;
  readonly clock: Clock;
  /** A handler threw what it should not: a fault of ours, for the log. */
  readonly onFault: (error: unknown) => void;
}

/** Ids of ten thousand notices fit; nothing that is asked needs more. */
const BODY_BYTES_MAX = 512 * 1024;

/** Answers requests to the service, whatever server they come by. It never throws, and always answers. */
export function controlHandler(options: ControlHandlerOptions): RequestListener {
  return (request, response) => {
    answer(request, options).then(
      (result) => send(response, 200, result),
      (error) => {
        const known = error instanceof ControlError ? error : fault(error, options);
        send(response, STATUS_OF[known.code], known);
      },
    );
  };
}

async function answer(request: IncomingMessage, { target, clock }: ControlHandlerOptions): Promise<unknown> {
  const [pathname = '', ...query] = (request.url ?? '').split('?');
  const { route, parameters } = findRoute(request.method ?? '', pathname);
  const body = parsed(await readBody(request));
  const work = route.handle(target, { parameters, query: new URLSearchParams(query.join('?')), body });
  return within(route.limitMs, clock, work);
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      else reject(new ControlError('too-large', `the body is larger than ${BODY_BYTES_MAX} bytes`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ControlError('invalid-request', 'the request broke off')));
  });
}

function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ControlError('invalid-request', 'the body is not JSON');
  }
}

/** The work goes on when the time is over; only nobody waits for it any more. */
function within<T>(limitMs: number, clock: Clock, work: Promise<T>): Promise<T> {
  let timer: Timer | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.schedule(limitMs, () => {
      reject(new ControlError('timeout', `no answer within ${limitMs / 1000} s`));
    });
  });
  return Promise.race([work, late]).finally(() => timer?.cancel());
}

/** What went wrong inside is for the log; it may name what is nobody else's business. */
function fault(error: unknown, { onFault }: ControlHandlerOptions): ControlError {
  onFault(error);
  return new ControlError('internal', 'the request failed by a fault of the program: see its log');
}

function send(response: ServerResponse, status: number, content: unknown): void {
  if (response.destroyed) return; // the asker has left
  const body = JSON.stringify(content);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    // What is left of a body that was too large is not read.
    ...(status === 200 ? {} : { connection: 'close' }),
  });
  response.end(body);
}
