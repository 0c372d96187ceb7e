import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a receiver does with a request. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Answers 200 and then a byte now and then, without end. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Cuts the connection once the request is in. */
  | { readonly kind: 'reset' }
  /** Answers with a body without end, as fast as it is taken. */
  | { readonly kind: 'huge'; readonly status: number };

export const OK: Answer = { kind: 'status', status: 200 };

export interface WebhookRequest {
  readonly at: number;
  readonly path: string;
  readonly id: string;
  readonly body: string;
  /** By the key of the sink. */
  readonly isSigned: boolean;
  readonly answer: Answer;
}

/** The status counts, whatever comes after it. */
export function isTaken({ answer }: WebhookRequest): boolean {
  if (answer.kind === 'drip') return true;
  return 'status' in answer && Math.floor(answer.status / 100) === 2;
}

const KEY = Buffer.alloc(32, 7);

/** The secret that makes requests signed for every sink. */
export const WEBHOOK_SECRET = `whsec_${KEY.toString('base64')}`;

/** A webhook receiver that keeps all it was sent, and answers as it is told to. */
export class WebhookSink {
  readonly requests: WebhookRequest[] = [];
  /** Bytes of endless answers that were taken. */
  hugeBytes = 0;
  answer: (request: Omit<WebhookRequest, 'answer'>) => Answer = () => OK;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(): Promise<WebhookSink> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookSink(server);
  }

  url(path = '/hook'): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the sink does not listen');
    return `http://127.0.0.1:${address.port}${path}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === null) return;
    const received = {
      at: Date.now(),
      path: request.url ?? '',
      id: headerOf(request, 'webhook-id'),
      body,
      isSigned: isSigned(request, body),
    };
    const answer = this.answer(received);
    this.requests.push({ ...received, answer });
    this.#reply(answer, response);
  }

  #reply(answer: Answer, response: ServerResponse): void {
    response.on('error', () => undefined); // whoever asked has gone
    switch (answer.kind) {
      case 'status':
        response.writeHead(answer.status, answer.headers).end();
        return;
      case 'hang':
        return;
      case 'drip':
        drip(response, answer.everyMs);
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'huge':
        response.writeHead(answer.status);
        this.#pour(response);
        return;
    }
  }

  #pour(response: ServerResponse): void {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) this.hugeBytes += chunk.length;
    };
    response.on('drain', pour);
    pour();
  }
}

/** `null`: it broke off. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  let body = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
  } catch {
    return null;
  }
  return body;
}

function drip(response: ServerResponse, everyMs: number): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('.'), everyMs);
  response.on('close', () => clearInterval(timer));
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function isSigned(request: IncomingMessage, body: string): boolean {
  const content = `${headerOf(request, 'webhook-id')}.${headerOf(request, 'webhook-timestamp')}.${body}`;
  const signature = createHmac('sha256', KEY).update(content).digest('base64');
  return headerOf(request, 'webhook-signature') === `v1,${signature}`;
}
