import type { Readable, Writable } from 'node:stream';

/** What a command's promise gives. Scripts depend on these numbers. */
export const EXIT = {
  ok: 0,
  /** It ran and found something: problems, failed tests, lines that could not be read. */
  findings: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** It could not run: no such folder, a lock, a port, a permission. */
  cannotRun: 3,
} as const;

export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** Where a command reads and writes: data to `stdout`, messages for people to `stderr`. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One command; its file exports it, `commands.ts` lists it. */
export interface Command {
  /** What `tocsin COMMAND --help` prints: at most 80 columns, with examples, ending in a newline. */
  readonly help: string;
  /**
   * @param args what follows the command's name, `--help` already handled
   * @returns the exit code, one of `EXIT`
   * @throws {UsageError} printed with a pointer to `--help`, exit 2
   * @throws {CannotRun} printed, exit 3; so is a site that is not found
   * @throws {SiteHasErrors} printed, exit 1
   */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command line is wrong; the message says what and, where possible, what was meant. */
export class UsageError extends Error {}

/** Expected reasons why a command cannot do its work; the message says what to do about it. */
export class CannotRun extends Error {}

/** The site's own files are wrong; the problems were already shown. Exit 1. */
export class SiteHasErrors extends Error {}
