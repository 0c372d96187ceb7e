import { Readable, Writable } from 'node:stream';
import type { OutputStream } from '../../../runtime/command-line/command.js';
import { runCommandLine } from '../../../runtime/command-line/command-line.js';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. `isTerminal`: stdout is one. */
export async function tocsin(
  args: readonly string[],
  { stdin = '', isTerminal = false } = {},
): Promise<CommandResult> {
  const stdout = new Captured(isTerminal);
  const stderr = new Captured(false);
  const code = await runCommandLine(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    env: {},
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Captured extends Writable implements OutputStream {
  text = '';

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
