import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/program/main.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program to its end. */
export function runTocsin(...args: readonly string[]): Promise<Ended> {
  return run(process.execPath, [MAIN, ...args]);
}

/** The same by a user whom rights bind: root goes past them, unless it gives that up. */
export function runTocsinBound(...args: readonly string[]): Promise<Ended> {
  const program = [process.execPath, MAIN, ...args];
  if (process.getuid?.() !== 0) return run(process.execPath, program.slice(1));
  return run('setpriv', ['--bounding-set', '-dac_override,-dac_read_search', ...program]);
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}
