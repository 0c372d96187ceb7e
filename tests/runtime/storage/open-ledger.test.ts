/** What keeps a ledger from being opened, in one line each that says what to do; and what does not. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CannotStart } from '../../../runtime/service/cannot-start.js';
import { Database } from '../../../runtime/storage/database.js';
import { MIGRATIONS } from '../../../runtime/storage/schema.js';
import { SiteLock, SiteLocked } from '../../../runtime/storage/site-lock.js';
import { openStateReader, StateUnreadable } from '../../../runtime/storage/state-reader.js';
import { delivery, message, NOTHING, numbersIn, opened, tailOf, temporaryFolder } from './ledger-fixture.js';
import { LedgerProcess } from './ledger-process.js';

describe('a second process', () => {
  test('is told the pid of the first', async () => {
    const folder = temporaryFolder();
    const first = await LedgerProcess.start(folder);
    await expect(opened(folder)).rejects.toThrow(
      new CannotStart(
        `process ${first.pid} has the data folder ${folder} already: stop it, or give this site a data folder of its own`,
      ),
    );
    await first.end();
    const { ledger } = await opened(folder);
    await ledger.close();
  });

  test('may begin as soon as the first was killed', async () => {
    const folder = temporaryFolder();
    const first = await LedgerProcess.start(folder);
    await first.kill();
    const { ledger, recovery } = await opened(folder);
    expect(recovery.stop).toBe('unclean');
    expect(recovery.problems).toEqual([]);
    await ledger.close();
  });

  test('reads what the first stores, and after its death', async () => {
    const folder = temporaryFolder();
    const first = await LedgerProcess.start(folder);
    await first.send(1);
    const read = () => {
      const reader = openStateReader(folder);
      const records = [...(reader?.journal().records(() => undefined) ?? [])].flat();
      reader?.close();
      return numbersIn(records);
    };
    expect(read()).toEqual([1]);
    await first.send(2);
    await first.kill();
    expect(read()).toEqual([1, 2]);
  });
});

describe('the lock', () => {
  test('is there once', () => {
    const folder = temporaryFolder();
    const lock = SiteLock.take(folder);
    expect(() => SiteLock.take(folder)).toThrow(SiteLocked);
    lock.release();
    SiteLock.take(folder).release();
  });

  test.each(['', 'not a database', '\0'.repeat(4_096)])(
    'does not depend on what is in its file: %j',
    (content) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'lock.db'), content.repeat(content === 'not a database' ? 100 : 1));
      const lock = SiteLock.take(folder);
      expect(() => SiteLock.take(folder)).toThrow(new SiteLocked(process.pid));
      lock.release();
    },
  );
});

test('a data folder is made, with those it is in', async () => {
  const folder = join(temporaryFolder(), 'a/b/data');
  const { ledger } = await opened(folder);
  expect(existsSync(join(folder, 'state.db'))).toBe(true);
  await ledger.close();
});

test.each([
  ['that is made is for its owner alone', 'data', 0o700],
  ['that was there keeps its rights', '', 0o755],
])('a data folder %s', async (_what, name, rights) => {
  const there = temporaryFolder();
  chmodSync(there, 0o755);
  const { ledger } = await opened(join(there, name));
  expect(statSync(join(there, name)).mode & 0o777).toBe(rights);
  await ledger.close();
});

describe('a data folder that cannot be written to', () => {
  test('because it is a file', async () => {
    const folder = join(temporaryFolder(), 'data');
    writeFileSync(folder, '');
    await expect(opened(folder)).rejects.toThrow(
      `cannot write to the data folder ${folder} (there is a file of this name): make it writable for this user`,
    );
  });

  test('because something else is in the place of the database', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'state.db'));
    await expect(opened(folder)).rejects.toThrow(CannotStart);
  });

  test('because nobody may', async () => {
    // Where Linux shows its insides not even root makes folders.
    await expect(opened('/sys/tocsin-data')).rejects.toThrow(
      /^cannot write to the data folder \/sys\/tocsin-data \((not permitted|permission denied|the file system is read-only)\)/,
    );
  });
});

const LATEST = MIGRATIONS.length;

function setVersion(db: Database, version: number): void {
  db.execute(`PRAGMA user_version = ${version}; UPDATE meta SET value = '${version}' WHERE key = 'version'`);
}

test('what a later version has written is left as it is', async () => {
  const folder = temporaryFolder();
  const { ledger } = await opened(folder);
  await ledger.message(message(1), true);
  await ledger.close();
  const db = new Database(join(folder, 'state.db'));
  setVersion(db, LATEST + 1);
  db.close();
  const before = readFileSync(join(folder, 'state.db'));
  await expect(opened(folder)).rejects.toThrow(
    `cannot read the data folder ${folder}: it was written by a later version of the program (its format is ${LATEST + 1}); ` +
      'install that version again, or move the folder away',
  );
  expect(() => openStateReader(folder)).toThrow(StateUnreadable);
  expect(readFileSync(join(folder, 'state.db')).equals(before)).toBe(true);
  const back = new Database(join(folder, 'state.db'));
  setVersion(back, LATEST);
  back.close();
  const again = await opened(folder);
  expect(numbersIn(await tailOf(again.recovery))).toEqual([1]);
  await again.ledger.close();
});

test('more notices than one answer holds are found, in the order in which they were added', async () => {
  const folder = temporaryFolder();
  const { ledger } = await opened(folder);
  const deliveries = Array.from({ length: 2_345 }, (_, index) => delivery(`n${index}`));
  await ledger.append({ ...NOTHING, deliveries });
  await ledger.close();
  const again = await opened(folder);
  expect(again.recovery.queued.map((entry) => entry.delivery.notice.id)).toEqual(
    deliveries.map(({ notice }) => notice.id),
  );
  await again.ledger.close();
});
