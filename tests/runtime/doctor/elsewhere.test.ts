/** The doctor on brokers, mail servers and webhooks: real ones on loopback, right, wrong in their ways, and silent. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Aedes, type AedesOptions } from 'aedes';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { unreachable } from '../../../runtime/doctor/unreachable.js';
import { freePort, portOf } from '../../loopback-port.js';
import { about, findingsOf } from './examined-site.js';

const file = (name: string) => readFileSync(fileURLToPath(new URL(`../service/${name}`, import.meta.url)));
const CERTIFICATE = { key: file('loopback-key.pem'), cert: file('loopback-certificate.pem') };

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  return portOf(server);
}

/** Takes connections and never says a word. */
const silent = () => listening(createServer((socket) => socket.on('error', () => undefined)));

describe('webhooks', () => {
  const hook = async (url: unknown, env = {}) => {
    const found = await findingsOf(
      { mqtt: { embedded: { port: 0 } }, receivers: { scada: { webhook: { url } } } },
      { env, limitMs: 1_500 },
    );
    return about(found, 'webhook scada');
  };

  test('nothing is posted to one that answers', async () => {
    const received: Buffer[] = [];
    const port = await listening(createServer((socket) => socket.on('data', (data) => received.push(data))));
    expect(await hook(`http://127.0.0.1:${port}/alerts`)).toEqual([`ok 127.0.0.1:${port} answers`]);
    expect(received).toEqual([]);
  });

  test('nothing listens', async () => {
    const port = await freePort();
    expect(await hook(`http://127.0.0.1:${port}/`)).toEqual([
      `failure 127.0.0.1:${port}: nothing listens there`,
    ]);
  });

  test('a certificate that nobody knows', async () => {
    const server = createTlsServer(CERTIFICATE);
    server.on('tlsClientError', () => undefined);
    const port = await listening(server);
    expect(await hook(`https://localhost:${port}/`)).toEqual([
      `failure localhost:${port}: its certificate is signed by itself`,
    ]);
  });

  test('TLS is asked of a port that speaks none', async () => {
    const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await hook(`https://127.0.0.1:${port}/`)).toEqual([
      `failure 127.0.0.1:${port}: it does not speak TLS there`,
    ]);
  });

  test('one that is silent is not waited for', async () => {
    const port = await silent();
    const start = performance.now();
    expect(await hook(`https://127.0.0.1:${port}/`)).toEqual([
      `failure 127.0.0.1:${port}: no answer in time`,
    ]);
    expect(performance.now() - start).toBeLessThan(2_500);
  });

  test('an address that is kept like a secret is shown without its path', async () => {
    const port = await freePort();
    expect(await hook({ env: 'URL' }, { URL: `http://127.0.0.1:${port}/k3y` })).toEqual([
      `failure 127.0.0.1:${port}: nothing listens there`,
    ]);
    expect(await hook({ env: 'URL' })).toEqual([]);
  });
});

describe('the mail server', () => {
  async function smtpServer(options: SMTPServerOptions = {}): Promise<{ port: number; mails: () => number }> {
    let mails = 0;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData(stream, _session, done) {
        mails += 1;
        stream.resume();
        stream.on('end', () => done());
      },
      ...options,
    });
    server.on('error', () => undefined); // clients that break off
    const port = await portOf(server.listen(0, '127.0.0.1'));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return { port, mails: () => mails };
  }

  const PASSWORD = { username: 'tocsin', password: { env: 'PASSWORD' } };

  const smtp = async (settings: object) => {
    const found = await findingsOf(
      {
        mqtt: { embedded: { port: 0 } },
        receivers: { all: { email: { to: ['a@b.example'] } } },
        smtp: { host: '127.0.0.1', ...settings },
      },
      { env: { PASSWORD: 'right' }, limitMs: 1_500 },
    );
    return about(found, 'smtp').map((text) => text.replace(/127\.0\.0\.1:\d+/, 'SERVER'));
  };

  test('lets us in, and gets no mail', async () => {
    const { port, mails } = await smtpServer({
      authMethods: ['PLAIN'],
      onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
      allowInsecureAuth: true,
    });
    expect(await smtp({ port, requireTLS: false, ...PASSWORD })).toEqual([
      'ok SERVER answers, not encrypted, tocsin is let in',
    ]);
    expect(await smtp({ port, requireTLS: false })).toEqual(['ok SERVER answers, not encrypted']);
    expect(mails()).toBe(0);
  });

  test('does not let us in', async () => {
    const { port } = await smtpServer({
      authMethods: ['PLAIN'],
      onAuth: (_auth, _session, done) => done(new Error('no such user')),
      allowInsecureAuth: true,
    });
    expect(await smtp({ port, requireTLS: false, ...PASSWORD })).toEqual([
      expect.stringMatching(/^failure SERVER: it does not let us in: 535 .*no such user$/),
    ]);
  });

  test('no encryption', async () => {
    const { port } = await smtpServer();
    expect(await smtp({ port })).toEqual([
      expect.stringMatching(/^failure SERVER: no encryption \(STARTTLS\)/),
    ]);
  });

  test('a certificate that nobody knows', async () => {
    const { port } = await smtpServer({ disabledCommands: [], ...CERTIFICATE });
    expect(await smtp({ port })).toEqual(['failure SERVER: its certificate is signed by itself']);
  });

  test('nothing listens', async () => {
    expect(await smtp({ port: await freePort() })).toEqual(['failure SERVER: nothing listens there']);
  });

  test('one that is silent is not waited for', async () => {
    expect(await smtp({ port: await silent() })).toEqual(['failure SERVER: no answer in time']);
  });
});

describe('brokers', () => {
  async function broker(options: AedesOptions): Promise<{ port: number; clients: string[] }> {
    const clients: string[] = [];
    const aedes = await Aedes.createBroker(options);
    aedes.on('client', ({ id }) => clients.push(id));
    const port = await listening(createServer((socket) => aedes.handle(socket)));
    onTestFinished(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
    return { port, clients };
  }

  const connection = async (port: number, settings: object = {}) => {
    const plant = {
      name: 'plant',
      url: `mqtt://127.0.0.1:${port}`,
      topics: ['factory/#', 'secret/#'],
      ...settings,
    };
    const found = await findingsOf(
      { mqtt: { connections: [plant] } },
      { env: { PASSWORD: 'right' }, limitMs: 1_500 },
    );
    return about(found, 'mqtt plant').map((text) => text.replace(/127\.0\.0\.1:\d+/, 'BROKER'));
  };

  test('lets us in, and is visited under another name than the service has', async () => {
    const { port, clients } = await broker({});
    expect(await connection(port, { clientId: 'gw-2' })).toEqual([
      'ok mqtt://BROKER lets us in and subscribe',
    ]);
    expect(clients).toEqual(['gw-2-doctor']);
  });

  test('a wrong password', async () => {
    const { port } = await broker({
      authenticate: (_client, _user, password, done) => done(null, password?.toString() === 'wrong'),
    });
    expect(await connection(port, { username: 'u', password: { env: 'PASSWORD' } })).toEqual([
      'failure mqtt://BROKER: it does not let us in',
    ]);
  });

  test('topics that we may not have', async () => {
    const { port } = await broker({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic.startsWith('secret') ? null : subscription),
    });
    expect(await connection(port)).toEqual(['failure mqtt://BROKER does not let us subscribe to secret/#']);
  });

  test('nothing listens, and one that is silent', async () => {
    expect(await connection(await freePort())).toEqual(['failure mqtt://BROKER: nothing listens there']);
    expect(await connection(await silent())).toEqual(['failure mqtt://BROKER: no answer in time']);
  });

  test('TLS to one that does not speak it', async () => {
    const { port } = await broker({});
    expect(await connection(port, { url: `mqtts://127.0.0.1:${port}` })).toEqual([
      expect.stringMatching(
        /^failure mqtts:\/\/BROKER: (it does not speak TLS there|the connection is cut at once)$/,
      ),
    ]);
  });
});

test.each([
  [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'there is no host of that name'],
  [
    new Error('outer', { cause: Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }) }),
    'its certificate has expired',
  ],
  [
    new AggregateError([Object.assign(new Error('x'), { code: 'EHOSTUNREACH' })]),
    'there is no way to that host',
  ],
  [new Error('something else'), 'something else'],
])('%s: %s', (error, reason) => {
  expect(unreachable(error)).toMatchObject({ reason, advice: expect.any(String) });
});
