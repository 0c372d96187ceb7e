import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { NoSqlite } from './no-sqlite.js';

/** From here on the driver that is built for any version of Node.js runs. The other ends Node.js 24 when it collects garbage. */
const ANY_NODE_FROM = 22;

/**
 * @param node `20.19.0`
 * @throws {NoSqlite} the driver for it is not installed, or was compiled for another version
 */
export function loadSqlite(node: string, load: (name: string) => typeof Sqlite): typeof Sqlite {
  const isForAny = Number.parseInt(node, 10) >= ANY_NODE_FROM;
  try {
    const driver = load(isForAny ? 'better-sqlite3-any-node' : 'better-sqlite3');
    // Only now it loads what was compiled.
    new driver(':memory:').close();
    return driver;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = message.replace(/\nRequire stack.*/s, '').replaceAll('\n', ' ');
    const needs = isForAny ? '' : ', with a C++ compiler, make and Python 3 at hand';
    const todo = `Install again with this version (npm ci)${needs}.`;
    throw new NoSqlite(`SQLite does not run in Node.js ${node}: ${reason}\n${todo}`, { cause });
  }
}

/** SQLite for this version of Node.js. */
export const sqlite: typeof Sqlite = loadSqlite(process.versions.node, createRequire(import.meta.url));
