import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';

/** A webhook receiver that takes everything and says what it got. */
export interface WebhookPrinter {
  readonly port: number;
  stop(): Promise<void>;
}

/** What a webhook said. */
export interface Printed {
  readonly method: string;
  /** `/alerts` */
  readonly path: string;
  /** `firing cooling-lost [line-1]` */
  readonly text: string;
}

export interface WebhookPrinterOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly print: (printed: Printed) => void;
}

/** Far above any notice of ours: what is larger is cut off. */
const BODY_BYTES_MAX = 1024 * 1024;

/** @throws the system error of listening (`EADDRINUSE`, …) */
export async function startWebhookPrinter({
  host,
  port,
  print,
}: WebhookPrinterOptions): Promise<WebhookPrinter> {
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      response.statusCode = body === null ? 413 : 204;
      response.end();
      const { method = '', url = '' } = request;
      if (body !== null) print({ method, path: url, text: describe(body) });
    });
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () => stop(server),
  };
}

/** `null`: too large, or broken off. */
async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return null;
      chunks.push(chunk);
    }
  } catch {
    return null; // the sender went away: it will come again
  }
  return Buffer.concat(chunks).toString();
}

const noticeShape = z.object({
  kind: z.string(),
  alerts: z.array(z.object({ rule: z.string(), labels: z.record(z.string(), z.string()) })),
});

function describe(body: string): string {
  const notice = noticeShape.safeParse(parsed(body)).data;
  if (notice === undefined) return `${body.length} bytes`;
  const alerts = notice.alerts.map(({ rule, labels }) => `${rule} [${Object.values(labels).join(', ')}]`);
  return `${notice.kind} ${alerts.join(', ')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // somebody posts something else
  }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
