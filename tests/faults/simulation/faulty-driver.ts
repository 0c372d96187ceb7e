import type Sqlite from 'better-sqlite3';

/** What the disk does to whatever is written, for a while. */
export type DiskMood =
  | 'sound'
  /** Now and then a write fails. */
  | 'flaky'
  /** Every write fails. */
  | 'dead'
  /** There is no room for anything. */
  | 'full'
  /** What is committed is on the disk, and said not to be. */
  | 'lies';

/** The disk behind the mocked driver. */
export const faultyDisk = {
  mood: 'sound' as DiskMood,
  random: (): number => 0,
  faults: 0,
};

const WRITES = /^\s*(INSERT|UPDATE|DELETE|COMMIT|PRAGMA wal_checkpoint\((PASSIVE|TRUNCATE)\))/;
const FLAKY_SHARE = 0.1;

/** `better-sqlite3`, but for the errors that it throws. */
export function faultyDriver(driver: typeof Sqlite): unknown {
  const fail = (code: string, text: string): never => {
    faultyDisk.faults += 1;
    throw new driver.SqliteError(text, code);
  };
  const before = (sql: string) => {
    if (!WRITES.test(sql)) return;
    const { mood, random } = faultyDisk;
    if (mood === 'dead') fail('SQLITE_IOERR_WRITE', 'disk I/O error');
    if (mood === 'full') fail('SQLITE_FULL', 'database or disk is full');
    if (mood === 'flaky' && random() < FLAKY_SHARE) fail('SQLITE_IOERR_FSYNC', 'disk I/O error');
  };
  const after = (sql: string) => {
    if (faultyDisk.mood === 'lies' && /^\s*COMMIT/.test(sql)) fail('SQLITE_IOERR_FSYNC', 'disk I/O error');
  };
  return class extends driver {
    override prepare(sql: string): never {
      const statement = super.prepare(sql);
      const call =
        (method: 'run' | 'get' | 'all' | 'iterate') =>
        (...values: unknown[]) => {
          before(sql);
          const result = statement[method](...values);
          after(sql);
          return result;
        };
      const wrapped = { run: call('run'), get: call('get'), all: call('all'), iterate: call('iterate') };
      return wrapped as never;
    }
  };
}
