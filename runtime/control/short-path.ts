import { closeSync, existsSync, openSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';

/** What an address of a Unix socket holds, without its closing zero; Node cuts longer ones off without a word. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;
const OPEN_FILES = '/proc/self/fd';

/** Another name of a path, short enough for a socket; it is good until it is released. */
export interface ShortPath {
  readonly path: string;
  release(): void;
}

/**
 * The path itself, or from the current folder, or by way of the open folder it is in (Linux only).
 *
 * @throws {PathTooLong} there is no short one
 * @throws what the file system throws if its folder cannot be opened
 */
export function shortPath(path: string): ShortPath {
  const absolute = resolve(path);
  for (const candidate of [absolute, relative('', absolute)]) {
    if (Buffer.byteLength(candidate) <= PATH_BYTES_MAX) return { path: candidate, release: () => undefined };
  }
  if (!existsSync(OPEN_FILES)) throw new PathTooLong(absolute);
  const folder = openSync(dirname(absolute), 'r');
  return { path: `${OPEN_FILES}/${folder}/${basename(absolute)}`, release: () => closeSync(folder) };
}

/** The message says what to do about it. */
export class PathTooLong extends Error {
  constructor(path: string) {
    const excess = Buffer.byteLength(path) - PATH_BYTES_MAX;
    super(`its path is ${excess} bytes longer than that of a socket may be: set \`data\` to a shorter one`);
  }
}
