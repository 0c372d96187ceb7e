import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Debian keeps it outside the PATH of normal users. */
function program(): string {
  return process.env['MOSQUITTO'] ?? '/usr/sbin/mosquitto';
}

/** A mosquitto of its own on a free port of loopback, stopped at the end of the test. */
export async function startMosquitto(
  settings: readonly string[] = [],
): Promise<{ url: string; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, [`listener ${port} 127.0.0.1`, 'allow_anonymous true', ...settings, ''].join('\n'));
  const broker = spawn(program(), ['-c', file, '-v'], { stdio: ['ignore', 'ignore', 'pipe'] });
  broker.once('error', () => undefined); // it ends without having said that it runs
  onTestFinished(async () => {
    await end(broker);
    rmSync(folder, { recursive: true });
  });
  await running(broker);
  return { url: `mqtt://127.0.0.1:${port}`, port };
}

async function running(broker: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (broker.stderr === null) throw new Error('mosquitto has no stderr');
  for await (const line of createInterface(broker.stderr)) {
    said.push(line);
    if (/mosquitto version .* running/.test(line)) return;
  }
  throw new Error(`${program()} (apt-get install mosquitto) did not start:\n${said.join('\n')}`);
}

async function end(broker: ChildProcess): Promise<void> {
  if (broker.exitCode !== null || broker.pid === undefined) return;
  const exited = once(broker, 'exit');
  broker.kill();
  await exited;
}

/** Mosquitto cannot say which port it was given, so one that is free now has to do. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
