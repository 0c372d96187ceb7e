import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../dist/program/main.js', import.meta.url));

/** The built program as a process of its own, killed with the test if it still runs. */
export class TocsinProcess {
  readonly #process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#process = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
    this.#process.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    onTestFinished(() => {
      this.#process.kill('SIGKILL');
    });
  }

  /** Waits for the `ready` line and gives the port of the embedded broker. */
  async ready(): Promise<number> {
    await vi.waitFor(() => expect(this.stdout, this.stderr).toContain('\n'), { timeout: 15_000 });
    return Number(/^ready mqtt=127\.0\.0\.1:(\d+) pid=\d+\n$/.exec(this.stdout)?.[1]);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Waits for its end; the exit code. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    return this.#process.exitCode;
  }

  signal(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void {
    this.#process.kill(signal);
  }
}
