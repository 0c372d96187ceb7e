import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { childrenOf } from '../../faults/harness/process-usage.js';

/**
 * What the process does: a ledger of its own, and a line on its output for what becomes of each on its input. `send N`
 * appends the message N, `alert N` the message N and an alert that it caused, with a notice: `stored N`, `refused N`.
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
  const recordOf = (number) => {
    const time = Date.UTC(2026, 2, 1, 12) + Number(number);
    const message = { topic: 'plant/m' + (number % 10) + '/count', payload: Number(number), time, arrival: time };
    const rest = { format: 'json', sender: 'press-1', packetId: null, fingerprint: 0, hasOwnTime: false };
    return { kind: 'message', message, bytes: Buffer.from(number), ...rest };
  };
  const alertOf = (number) => {
    const episode = 'e' + number;
    const event = { time: 0, rule: 'hot', event: 'firing', severity: 'warning', labels: {}, values: {}, message: '', episode };
    const notice = { id: 'n' + number, gateway: 'gw', receiver: 'r', kind: 'firing', sentAt: 0, late: false, alerts: [], omitted: 0 };
    const delivery = { notice, lane: episode, severity: 'warning', obligations: 1, thread: notice.id, createdAt: 0, expiresAt: 1 };
    const state = { episode, state: 'firing', startedAt: 0, endedAt: null, events: 1, told: [], last: event };
    const rest = { untold: {}, agenda: [], isAwaited: true };
    return { records: [recordOf(number)], events: [event], deliveries: [delivery], episodes: [state], ...rest };
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, number] = line.split(' ');
    if (word === 'end') break;
    const stored = word === 'alert' ? ledger.append(alertOf(number)) : ledger.message(recordOf(number), true);
    stored.then(() => say('stored ' + number), () => say('refused ' + number));
  }
  await ledger.close();
  say('ended');
`;

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** A ledger in a process of its own, from the built program; killed with the test. */
export class LedgerProcess {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #isWrapped: boolean;
  readonly #output: Interface;
  #waiting: (() => void)[] = [];

  private constructor(folder: string, wrapper: readonly string[], env: Readonly<Record<string, string>>) {
    const node = [process.execPath, '--input-type=module', '-e', PROGRAM(DIST), folder];
    const [command = '', ...parameters] = [...wrapper, ...node];
    this.#isWrapped = wrapper.length > 0;
    this.#process = spawn(command, parameters, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      // A group of its own, so that what a wrapper started ends with it.
      detached: true,
    });
    // No wrapper there: said by what it leads to.
    this.#process.on('error', (error) => this.lines.push(`cannot be started: ${error.message}`));
    if (this.#process.stdout === null) throw new Error('no output');
    this.#output = createInterface({ input: this.#process.stdout });
    this.#output.on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    // What is written to a process that dies just then goes nowhere.
    this.#process.stdin?.on('error', () => undefined);
    this.#process.on('exit', () => this.#wake());
    onTestFinished(() => this.#killAll());
  }

  /**
   * Waits until it is ready, or dead.
   *
   * @param wrapper a program that runs it, with its parameters
   */
  static async start(
    folder: string,
    wrapper: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<LedgerProcess> {
    const started = new LedgerProcess(folder, wrapper, env);
    await started.until((line) => line === 'ready');
    return started;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Appends a message, with an alert or without; `null`: the process is dead. */
  async send(number: number, what: 'send' | 'alert' = 'send'): Promise<'stored' | 'refused' | null> {
    this.#process.stdin?.write(`${what} ${number}\n`);
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

  /** SIGKILL. When it resolves nothing of it is left, nor of its files: a wrapper ends after what it runs. */
  async kill(): Promise<void> {
    if (this.pid === undefined || this.hasEnded) return;
    const exited = once(this.#process, 'exit');
    for (const pid of this.#isWrapped ? childrenOf(this.pid) : [this.pid]) process.kill(pid, 'SIGKILL');
    await exited;
  }

  #killAll(): void {
    if (this.pid !== undefined && !this.hasEnded) process.kill(-this.pid, 'SIGKILL');
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
