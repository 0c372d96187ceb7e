import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('broker-process.mjs', import.meta.url));

/** What a broker has seen since it was asked last; counts are those since its start. */
export interface BrokerReport {
  readonly rejected: Readonly<Record<string, number>>;
  /** Messages by client. */
  readonly received: Readonly<Record<string, number>>;
  /** The longest work without a break, in CPU time. */
  readonly pauseCpuMs: number;
  readonly rssBytes: number;
  readonly clients: number;
  readonly sockets: number;
  readonly isPolluted: boolean;
}

/** The built embedded broker in a process of its own. Needs `npm run build`. */
export class BrokerProcess {
  readonly #process: ChildProcess;
  /** Asked for once: every report waits for it too. */
  readonly #exit: Promise<unknown[]>;
  readonly port: number;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.#exit = once(process, 'exit');
    this.port = port;
  }

  static async start(): Promise<BrokerProcess> {
    const child = fork(SCRIPT, { execArgv: ['--expose-gc'], stdio: 'inherit' });
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof said !== 'object' || said === null) throw new Error('the broker did not start');
    return new BrokerProcess(child, said.port);
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }

  /** @throws if it has crashed */
  async report(): Promise<BrokerReport> {
    this.#process.send('report');
    const [report] = await Promise.race([once(this.#process, 'message'), this.#exit]);
    if (typeof report !== 'object' || report === null) throw new Error('the broker has crashed');
    return report;
  }
}
