import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { freePort } from '../loopback-port.js';

/** Debian keeps it outside the PATH of normal users. */
function program(): string {
  return process.env['MOSQUITTO'] ?? '/usr/sbin/mosquitto';
}

/** A mosquitto of its own on a port of loopback, that can be stopped, frozen and started again. */
export class Mosquitto {
  readonly port: number;
  readonly #file: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, file: string) {
    this.port = port;
    this.#file = file;
  }

  /** Runs until the end of the test. With `persistence true` it keeps sessions in a folder of its own. */
  static async start(settings: readonly string[] = []): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-mosquitto-'));
    // It cannot say which port it was given, so one that is free now has to do.
    const port = await freePort();
    const file = join(folder, 'mosquitto.conf');
    const all = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', `persistence_location ${folder}/`];
    // Started by root it would become a user who may not write there.
    writeFileSync(file, [...all, 'user root', ...settings, ''].join('\n'));
    const broker = new Mosquitto(port, file);
    onTestFinished(async () => {
      await broker.stop();
      rmSync(folder, { recursive: true });
    });
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const broker = spawn(program(), ['-c', this.#file], { stdio: ['ignore', 'ignore', 'pipe'] });
    broker.once('error', () => undefined); // it ends without having said that it runs
    this.#process = broker;
    await running(broker);
    broker.stderr?.resume();
  }

  /** As `systemctl stop` does. */
  async stop(): Promise<void> {
    const broker = this.#process;
    this.#process = null;
    if (broker === null || broker.exitCode !== null || broker.pid === undefined) return;
    const exited = once(broker, 'exit');
    broker.kill('SIGCONT');
    broker.kill();
    await exited;
  }

  /** It says nothing any more; its connections stay open. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }
}

async function running(broker: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (broker.stderr === null) throw new Error('mosquitto has no stderr');
  const lines = createInterface(broker.stderr);
  for await (const line of lines) {
    said.push(line);
    if (/mosquitto version .* running/.test(line)) return;
  }
  throw new Error(`${program()} (apt-get install mosquitto) did not start:\n${said.join('\n')}`);
}
