import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { GatewayProcess } from '../../faults/harness/gateway-process.js';
import type { BareProgram } from './bare-programs.js';

/** A broker in a process of its own. */
export interface BrokerProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** As they were built: the programs to compare with run as the service does, from JavaScript. */
const BARE_PROGRAMS = resolve('dist-bench/tests/bench/service/bare-programs.js');

/** Starts what the service is compared with. @param url where it posts */
export async function startBare(program: BareProgram, url = ''): Promise<BrokerProcess> {
  const child = spawn(process.execPath, [BARE_PROGRAMS, program, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [said] = await Promise.race([once(child.stdout, 'data'), ended]);
  const [, port, pid] = String(said).split(' ');
  if (port === undefined) throw new Error(`${program} did not start`);
  return {
    port: Number(port),
    pid: Number(pid),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface ServiceProcess extends BrokerProcess {
  readonly gateway: GatewayProcess;
  readonly site: string;
  /** Kills it, and starts it again on the same files. */
  restart(): Promise<GatewayProcess>;
}

/** Starts the built program on a site of these files, which is removed when it stops. */
export async function startService(files: Readonly<Record<string, unknown>>): Promise<ServiceProcess> {
  const site = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), JSON.stringify(content));
  }
  let gateway = new GatewayProcess({ site });
  return {
    port: await gateway.ready(),
    pid: gateway.pid,
    site,
    gateway,
    async restart() {
      await gateway.kill();
      gateway = new GatewayProcess({ site });
      await gateway.ready();
      return gateway;
    },
    async stop() {
      await gateway.kill();
      rmSync(site, { recursive: true });
    },
  };
}
