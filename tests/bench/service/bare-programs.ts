/**
 * What our service is compared with: the same libraries with as little as possible around them, each a program of its
 * own. `node bare-programs.js PROGRAM [URL]` prints `ready PORT PID` when it listens.
 */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes, type AedesOptions } from 'aedes';
import { connectAsync } from 'mqtt';
import { sqlite } from '../../../runtime/storage/sqlite-driver.js';

export type BareProgram = keyof typeof PROGRAMS;

const PROGRAMS = {
  /** Decodes every message. */
  hook: () =>
    listen({
      authorizePublish: (_client, { payload }, done) => done(parse(payload) === null ? NOT_JSON : null),
    }),

  /** Counts what comes. */
  subscriber: async (url: string) => {
    const client = await connectAsync(url, { protocolVersion: 4 });
    const counted = { messages: 0 };
    client.on('message', () => {
      counted.messages += 1;
    });
    await client.subscribeAsync('load/#', { qos: 1 });
    console.log(`ready 0 ${process.pid}`);
  },

  /** Decodes every message, and posts those that have a number. */
  fetch: (url: string) =>
    listen({
      authorizePublish(_client, { payload }, done) {
        const content = parse(payload);
        if (content.n !== undefined) void post(url, String(payload));
        done(null);
      },
    }),

  /** Posts a thousand times as fast as eight at once can, for every message. */
  burst: (url: string) =>
    listen({
      authorizePublish(_client, { payload }, done) {
        done(null);
        const { posts, body } = parse(payload);
        let left = Number(posts);
        const worker = async () => {
          while (left-- > 0) await post(url, body);
        };
        for (let i = 0; i < 8; i++) void worker();
      },
    }),

  /** All the libraries of the service, loaded and idle. */
  libraries: async () => {
    await Promise.all([import('mqtt'), import('nodemailer'), import('zod'), import('jsonc-parser')]);
    new sqlite(':memory:').close();
    await listen({});
  },

  /** A row and a commit for every message: what a table of readings costs. */
  rows: () => {
    const db = new sqlite(join(mkdtempSync(join(tmpdir(), 'tocsin-rows-')), 'rows.db'));
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(
      'CREATE TABLE readings (topic TEXT, time INTEGER, value REAL, PRIMARY KEY (topic, time)) WITHOUT ROWID',
    );
    const insert = db.prepare('INSERT OR REPLACE INTO readings VALUES (?, ?, ?)');
    return listen({
      authorizePublish(_client, { topic, payload }, done) {
        insert.run(topic, Date.now(), parse(payload).value);
        done(null);
      },
    });
  },
} satisfies Record<string, (url: string) => Promise<void>>;

const NOT_JSON = new Error('no JSON');

function parse(payload: string | Buffer) {
  return JSON.parse(payload.toString());
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await response.arrayBuffer();
}

async function listen(options: AedesOptions): Promise<void> {
  const broker = await Aedes.createBroker(options);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) console.log(`ready ${address.port} ${process.pid}`);
  });
}

const [, , name = '', url = ''] = process.argv;
const program = Object.entries(PROGRAMS).find(([known]) => known === name)?.[1];
if (program === undefined) throw new Error(`there is no program ${name}`);
await program(url);
