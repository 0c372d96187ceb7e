import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';

/** Debian keeps it outside the PATH of normal users. */
const PROGRAM = process.env['MOSQUITTO'] ?? '/usr/sbin/mosquitto';

/** A plant's own broker: it keeps sessions and what they are owed when it is stopped, and comes back at the same port. */
export class MosquittoProcess {
  readonly port: number;
  readonly #file: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, file: string) {
    this.port = port;
    this.#file = file;
  }

  static async start(): Promise<MosquittoProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-mosquitto-'));
    const port = await freePort();
    const store = join(folder, 'store');
    mkdirSync(store);
    const file = join(folder, 'mosquitto.conf');
    const settings = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${store}/`,
      // It drops privileges if root starts it, and could not write there.
      'user root',
      'max_queued_messages 0',
      '',
    ];
    writeFileSync(file, settings.join('\n'));
    const broker = new MosquittoProcess(port, file);
    onTestFinished(async () => {
      broker.thaw();
      await broker.stop();
      rmSync(folder, { recursive: true });
    });
    await broker.restart();
    return broker;
  }

  /** Resolves when it listens. */
  async restart(): Promise<void> {
    await this.stop();
    this.#process = spawn(PROGRAM, ['-c', this.#file, '-v'], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.once('error', () => undefined); // it ends without having said that it runs
    const { stderr } = this.#process;
    if (stderr === null) throw new Error('mosquitto has no stderr');
    for await (const line of createInterface(stderr)) if (/mosquitto version .* running/.test(line)) break;
    if (this.#process.pid === undefined) throw new Error(`there is no ${PROGRAM}: apt-get install mosquitto`);
    stderr.resume();
  }

  /** Lets it save what it keeps. */
  async stop(): Promise<void> {
    const broker = this.#process;
    this.#process = null;
    if (broker === null || broker.exitCode !== null) return;
    const exited = once(broker, 'exit');
    broker.kill('SIGTERM');
    await exited;
  }

  /** It neither answers nor goes away, as if its computer hung. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }
}
