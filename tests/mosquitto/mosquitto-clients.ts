import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** How a client ended. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A mosquitto_pub or mosquitto_sub from Debian, killed with the test if it still runs. */
export class MosquittoClient {
  /** Lines it has printed. */
  readonly lines: string[] = [];
  readonly ended: Promise<Ended>;
  readonly #kill: (signal: NodeJS.Signals) => void;

  private constructor(program: string, port: number, args: readonly string[], input: string | null) {
    const client = spawn(program, ['-h', '127.0.0.1', '-p', `${port}`, ...args]);
    this.#kill = (signal) => client.kill(signal);
    onTestFinished(() => {
      client.kill('SIGKILL');
    });
    let stderr = '';
    client.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    createInterface(client.stdout).on('line', (line) => this.lines.push(line));
    this.ended = new Promise((resolve, reject) => {
      client.once('error', (cause) =>
        reject(new Error(`${program} (apt-get install mosquitto-clients)`, { cause })),
      );
      client.once('close', (code) => resolve({ code, stderr }));
    });
    this.ended.catch(() => undefined); // for those who do not wait for its end
    client.stdin.on('error', () => undefined); // it ended before it had read everything
    if (input !== null) client.stdin.end(input);
  }

  /** @param lines sent as a message each (`-l`) */
  static publish(
    port: number,
    args: readonly string[],
    lines: readonly string[] | null = null,
  ): Promise<Ended> {
    const all = lines === null ? args : [...args, '-l'];
    return new MosquittoClient('mosquitto_pub', port, all, lines?.join('\n') ?? null).ended;
  }

  static subscribe(port: number, args: readonly string[]): MosquittoClient {
    return new MosquittoClient('mosquitto_sub', port, args, null);
  }

  kill(): void {
    this.#kill('SIGKILL');
  }

  /** It stays connected and reads nothing any more. */
  freeze(): void {
    this.#kill('SIGSTOP');
  }
}
