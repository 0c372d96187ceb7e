// Which driver of SQLite is loaded, and what is said where it cannot be.
import type Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { NoSqlite } from '../../../runtime/storage/no-sqlite.js';
import { loadSqlite, sqlite } from '../../../runtime/storage/sqlite-driver.js';

describe('the driver', () => {
  it.each([
    ['20.19.0', 'better-sqlite3'],
    ['21.9.9', 'better-sqlite3'],
    ['22.0.0', 'better-sqlite3-any-node'],
    ['26.12.1', 'better-sqlite3-any-node'],
  ])('of Node.js %s is %s', (node, name) => {
    const asked: string[] = [];
    const load = (wanted: string) => {
      asked.push(wanted);
      return sqlite;
    };
    expect(loadSqlite(node, load)).toBe(sqlite);
    expect(asked).toEqual([name]);
  });

  it('that is not installed', () => {
    const load = () => {
      throw new Error("Cannot find module 'better-sqlite3'\nRequire stack:");
    };
    expect(() => loadSqlite('20.19.0', load)).toThrow(NoSqlite);
    expect(() => loadSqlite('20.19.0', load)).toThrow(
      /^SQLite does not run in Node.js 20.19.0: Cannot find module 'better-sqlite3'\nInstall again .*C\+\+ compiler/,
    );
    expect(() => loadSqlite('24.0.0', load)).toThrow(/\(npm ci\)\.$/);
  });

  it('that was compiled for another version', () => {
    class Other {
      constructor() {
        throw new Error('The module\nwas compiled against a different Node.js version');
      }
    }
    const other = () => loadSqlite('20.19.0', () => Other as unknown as typeof Sqlite);
    expect(other).toThrow(NoSqlite);
    expect(other).toThrow(/: The module was compiled against a different Node.js version\nInstall again/);
  });
});
