/** The socket file: whose it is, what is in its way, and paths longer than a socket's may be. */
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../runtime/clock.js';
import { connectControl, NoAnswer } from '../../../runtime/control/control-client.js';
import {
  type ControlSocket,
  listenControl,
  NoControlSocket,
} from '../../../runtime/control/control-socket.js';
import { temporarySite } from '../temporary-site.js';
import { FakeTarget } from './fake-target.js';

async function listening(dataFolder: string): Promise<ControlSocket> {
  const target = new FakeTarget();
  const socket = await listenControl({ dataFolder, target, clock: systemClock, onFault: () => undefined });
  onTestFinished(() => socket.stop());
  return socket;
}

const pathIn = (folder: string) => join(folder, 'control.sock');

async function otherServer(path: string, answer: string | null) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer !== null && socket.end(answer));
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return server;
}

/** What a process leaves that was killed: a socket that nobody listens on. */
async function leaveStale(folder: string): Promise<void> {
  const server = await otherServer(join(folder, 'was.sock'), null);
  renameSync(join(folder, 'was.sock'), pathIn(folder)); // closing removes only the name it was made under
  server.close();
  await once(server, 'close');
}

test('only its owner may use it, and it goes with the service', async () => {
  const folder = temporarySite({});
  const socket = await listening(folder);
  expect((statSync(pathIn(folder)).mode & 0o777).toString(8)).toBe('600');
  await socket.stop();
  expect(existsSync(pathIn(folder))).toBe(false);
});

test('one that somebody deleted is made again, as often as it takes', async () => {
  const folder = temporarySite({});
  const socket = await listening(folder);
  for (let n = 0; n < 2; n++) {
    unlinkSync(pathIn(folder));
    expect(await connectControl(folder)).toBeNull();
    await Promise.all([socket.renew(), socket.renew()]);
    expect((statSync(pathIn(folder)).mode & 0o777).toString(8)).toBe('600');
    expect((await (await connectControl(folder))?.status())?.ready).toBe(true);
  }
  await socket.stop();
  expect(existsSync(pathIn(folder))).toBe(false);
});

test('where it cannot be made again for now, a later attempt does', async () => {
  const folder = temporarySite({});
  const socket = await listening(folder);
  rmSync(folder, { recursive: true });
  await expect(socket.renew()).rejects.toThrow(NoControlSocket);
  mkdirSync(folder);
  await socket.renew();
  expect(await connectControl(folder)).not.toBeNull();
});

test('in a folder that was moved away and back it is made again', async () => {
  const folder = join(temporarySite({}), 'data');
  mkdirSync(folder);
  const socket = await listening(folder);
  renameSync(folder, `${folder}-aside`);
  await expect(socket.renew()).rejects.toThrow(NoControlSocket);
  renameSync(`${folder}-aside`, folder);
  await socket.renew();
  expect(await connectControl(folder)).not.toBeNull();
});

test('one that is there stays', async () => {
  const folder = temporarySite({});
  const socket = await listening(folder);
  const { ino } = statSync(pathIn(folder));
  await socket.renew();
  expect(statSync(pathIn(folder)).ino).toBe(ino);
});

test('making it leaves the rights of other files as they were', async () => {
  const before = process.umask();
  await listening(temporarySite({}));
  expect(process.umask()).toBe(before);
});

test('what a killed process left is replaced', async () => {
  const folder = temporarySite({});
  await leaveStale(folder);
  expect(statSync(pathIn(folder)).isSocket()).toBe(true);
  expect(await connectControl(folder)).toBeNull();
  await listening(folder);
  expect(await (await connectControl(folder))?.alerts()).toHaveLength(1);
});

test('a service that runs keeps its own', async () => {
  const folder = temporarySite({});
  await listening(folder);
  await expect(listening(folder)).rejects.toThrow(
    new NoControlSocket(`another program listens on ${pathIn(folder)}`),
  );
  expect(await (await connectControl(folder))?.alerts()).toHaveLength(1);
});

test('a file that is no socket is nobody’s to remove', async () => {
  const folder = temporarySite({ 'control.sock': 'precious' });
  await expect(listening(folder)).rejects.toThrow(
    new NoControlSocket(`${pathIn(folder)} is no socket: move it away`),
  );
  expect(existsSync(pathIn(folder))).toBe(true);
});

test('a folder that is not there', async () => {
  const folder = join(temporarySite({}), 'gone');
  await expect(listening(folder)).rejects.toThrow(
    new NoControlSocket(`no control socket at ${pathIn(folder)}: there is no such file or folder`),
  );
});

describe('paths', () => {
  // `control.sock` and its slash take 13 bytes; 107 is what fits an address.
  test.each([93, 94, 95, 107, 200])('of a folder of %i bytes', async (bytes) => {
    const root = temporarySite({});
    const folder = join(root, 'é'.repeat(Math.floor((bytes - root.length - 1) / 2)).padEnd(1, 'x'));
    mkdirSync(folder, { recursive: true });
    await listening(folder);
    expect(existsSync(pathIn(folder))).toBe(true);
    expect(await (await connectControl(folder))?.status()).toMatchObject({ pid: 4711 });
  });
});

describe('no service', () => {
  test.each<[string, (folder: string) => Promise<void> | void]>([
    ['no data folder', () => undefined],
    ['no socket', (folder) => mkdirSync(folder)],
    [
      'a stale socket',
      async (folder) => {
        mkdirSync(folder);
        await leaveStale(folder);
      },
    ],
    ['a data folder that is a file', (folder) => writeFileSync(folder, '')],
  ])('%s', async (_name, prepare) => {
    const folder = join(temporarySite({}), 'data');
    await prepare(folder);
    expect(await connectControl(folder)).toBeNull();
  });
});

test.each<[string, string | null, string]>([
  [
    'another program',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi',
    'what answers on the socket is not this program',
  ],
  [
    'an error of another form',
    'HTTP/1.1 500 no\r\ncontent-length: 2\r\n\r\n{}',
    'the service answered with 500',
  ],
  ['one that closes', '', 'the service broke off'],
])('%s on the socket', async (_name, answer, said) => {
  const folder = temporarySite({});
  await otherServer(pathIn(folder), answer);
  const client = await connectControl(folder);
  await expect(client?.alerts()).rejects.toThrow(NoAnswer);
  await expect(client?.alerts()).rejects.toThrow(said);
});
