import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { FileOperation, FolderContent } from './file-operation.js';
import { operationsIn, RECORDING } from './strace-log.js';

/** What a program did to a folder. */
export interface Recording {
  readonly initial: FolderContent;
  readonly operations: readonly FileOperation[];
}

/** As `npm run build:bench` makes it. */
const PROGRAMS = resolve('dist-bench/tests/faults/simulation');

/**
 * Runs a program of this folder and writes down all that it asks for the files of a folder.
 *
 * @param scratch a folder of its own @param initial what the program finds
 */
export async function recorded(
  scratch: string,
  initial: FolderContent,
  [program, ...parameters]: readonly [string, ...string[]],
): Promise<Recording> {
  const folder = join(scratch, 'recorded');
  writeFolder(folder, initial);
  const log = join(scratch, 'strace.log');
  const [strace = '', ...options] = [...RECORDING, `--output=${log}`];
  const command = [process.execPath, join(PROGRAMS, program), folder, ...parameters];
  await promisify(execFile)(strace, [...options, ...command], { maxBuffer: 1 << 26 });
  const operations = operationsIn(readFileSync(log, 'latin1'), folder).filter(
    (operation) => !('name' in operation && operation.name.endsWith('-shm')),
  );
  rmSync(log);
  return { initial, operations };
}

/** A folder in memory, where syncs cost nothing; gone when the test ends. */
export function scratchFolder(): string {
  const memory = '/dev/shm';
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'tocsin-simulation-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFolder(folder: string, content: FolderContent): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of content) writeFileSync(join(folder, name), bytes);
}

/** Without the file by which readers and writers agree: it says nothing to whoever comes first. */
export function readFolder(folder: string): FolderContent {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}
