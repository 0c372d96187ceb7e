import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/**
 * What the process does: a ledger of its own, and a line on its output for each on its input. `send N` appends the
 * message N and answers `stored N` or `refused N` when that is decided.
 */
const PROGRAM = (modules: string) => `
  const { openLedger } = await import('${modules}/runtime/storage/open-ledger.js');
  const { systemClock } = await import('${modules}/runtime/clock.js');
  const { createInterface } = await import('node:readline');
  const say = (text) => process.stdout.write(text + '\\n');
  const { ledger, recovery } = await openLedger({
    folder: process.argv[1],
    durability: 'strict',
    clock: systemClock,
    onDegraded: (reason) => say('degraded ' + reason),
    onRecovered: () => say('recovered'),
    onResynchronise: () => say('resynchronise'),
    onProblem: (text) => say('problem ' + text),
  });
  for (const problem of recovery.problems) say('problem ' + problem);
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, number] = line.split(' ');
    if (word === 'end') break;
    const arrival = Date.UTC(2026, 2, 1, 12) + Number(number);
    const message = { topic: 'plant/m' + (number % 10) + '/count', payload: Number(number), time: arrival, arrival };
    ledger
      .message(
        { kind: 'message', message, bytes: Buffer.from(number), format: 'json', sender: 'press-1', packetId: null, fingerprint: 0, hasOwnTime: false },
        true,
      )
      .then(() => say('stored ' + number), () => say('refused ' + number));
  }
  await ledger.close();
  say('ended');
`;

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** A ledger in a process of its own, from the built program; killed with the test. */
export class LedgerProcess {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #output: Interface;
  #waiting: (() => void)[] = [];

  private constructor(folder: string, wrapper: readonly string[]) {
    const node = [process.execPath, '--input-type=module', '-e', PROGRAM(DIST), folder];
    const [command = '', ...parameters] = [...wrapper, ...node];
    this.#process = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.stdout === null) throw new Error('no output');
    this.#output = createInterface({ input: this.#process.stdout });
    this.#output.on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    this.#process.on('exit', () => this.#wake());
    onTestFinished(() => {
      this.#process.kill('SIGKILL');
    });
  }

  /** @param wrapper a program that runs it, with its parameters */
  static async start(folder: string, wrapper: readonly string[] = []): Promise<LedgerProcess> {
    const started = new LedgerProcess(folder, wrapper);
    await started.until((line) => line === 'ready');
    return started;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Appends a message; `null`: the process is dead. */
  async send(number: number): Promise<'stored' | 'refused' | null> {
    this.#process.stdin?.write(`send ${number}\n`);
    const line = await this.until((text) => text === `stored ${number}` || text === `refused ${number}`);
    return line === null ? null : line.startsWith('stored') ? 'stored' : 'refused';
  }

  /** Waits for a line; `null`: the process has ended without it. */
  async until(isIt: (line: string) => boolean): Promise<string | null> {
    for (;;) {
      const found = this.lines.find(isIt);
      if (found !== undefined || this.hasEnded) return found ?? null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async end(): Promise<void> {
    this.#process.stdin?.end('end\n');
    if (!this.hasEnded) await once(this.#process, 'exit');
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    if (!this.hasEnded) await once(this.#process, 'exit');
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
