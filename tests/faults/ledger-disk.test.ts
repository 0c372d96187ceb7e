/**
 * A ledger whose disk fails, is full, or loses power. Method: real processes; system calls that fail by strace, a disk
 * of a few megabytes, and a disk whose power is cut. What was acknowledged must be there afterwards, and what could not
 * be stored must not have been acknowledged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openStateReader } from '../../runtime/storage/state-reader.js';
import { opened, temporaryFolder } from '../runtime/storage/ledger-fixture.js';
import { LedgerProcess } from '../runtime/storage/ledger-process.js';
import { PowerCutDisk, SmallDisk } from './harness/mounted-disk.js';
import { STRACE_ENV, SYNC, strace } from './harness/strace.js';
import { SentNumbers } from './stored-numbers.js';

const lineOf = (process: LedgerProcess, start: string) => process.until((line) => line.startsWith(start));

describe('a sync that fails', () => {
  test.each([9, 11])(
    'once, number %i: what it was for is not acknowledged, what comes after it is',
    async (place) => {
      const folder = temporaryFolder();
      const sent = new SentNumbers();
      const wrapper = strace({ calls: SYNC, effect: 'error=EIO', when: String(place) });
      const process = await LedgerProcess.start(folder, wrapper, STRACE_ENV);
      const outcomes = await sent.send(process, 12);
      expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(1);
      expect(outcomes.at(-1)).toBe('stored');
      expect(process.lines.filter((line) => line.startsWith('degraded'))).toEqual([]);
      await process.kill();
      const { numbers, missing } = await sent.found(folder);
      expect(missing).toEqual([]);
      // Stored at the second attempt, though it was not acknowledged.
      expect(numbers).toHaveLength(12);
    },
  );

  test('from then on always: nothing is acknowledged any more', async () => {
    const folder = temporaryFolder();
    const sent = new SentNumbers();
    const wrapper = strace({ calls: SYNC, effect: 'error=EIO', when: '12+' });
    const process = await LedgerProcess.start(folder, wrapper, STRACE_ENV);
    const outcomes = await sent.send(process, 20);
    expect(await lineOf(process, 'degraded')).toBe('degraded disk I/O error');
    const first = outcomes.indexOf('refused');
    expect(first).toBeGreaterThan(0);
    expect(outcomes.slice(first).every((outcome) => outcome === 'refused')).toBe(true);
    // Though nothing can be stored, it ends.
    await process.end();
    expect((await sent.found(folder)).missing).toEqual([]);
  });

  test('for a while: everything that waited is stored in the end, in order', async () => {
    const folder = temporaryFolder();
    const sent = new SentNumbers();
    const wrapper = strace({ calls: SYNC, effect: 'error=EIO', when: '12..15' });
    const process = await LedgerProcess.start(folder, wrapper, STRACE_ENV);
    await sent.send(process, 20);
    expect(await lineOf(process, 'recovered')).not.toBeNull();
    expect(await sent.send(process, 5)).toEqual(Array(5).fill('stored'));
    await process.end();
    expect(process.lines).not.toContain('resynchronise');
    const { numbers } = await sent.found(folder);
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });
});

describe('a full disk', () => {
  test('takes alerts but no messages; with room again everything within 5 s', async () => {
    const disk = new SmallDisk(64);
    const sent = new SentNumbers();
    const process = await LedgerProcess.start(disk.path);
    expect(await sent.send(process, 10)).toEqual(Array(10).fill('stored'));
    disk.fill();
    expect(await sent.send(process, 10)).toContain('refused');
    expect(await lineOf(process, 'degraded')).toBe('degraded the disk is full');
    for (let number = 90_001; number <= 90_200; number++) await process.send(number, 'alert');
    // Nobody waits for a disk that is full: the last ones are on their way to it.
    const reader = openStateReader(disk.path);
    await vi.waitFor(() => expect(reader?.outbox().queued).toBe(200), { timeout: 10_000 });
    expect(reader?.events({ limit: 1_000 })).toHaveLength(200);
    reader?.close();
    const since = performance.now();
    disk.empty();
    expect(await lineOf(process, 'recovered')).not.toBeNull();
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(await process.send(100_000)).toBe('stored');
    await process.kill();
    const { ledger, recovery } = await opened(disk.path);
    expect(recovery.queued).toHaveLength(200);
    expect(recovery.problems).toEqual([]);
    await ledger.close();
    expect((await sent.found(disk.path)).missing).toEqual([]);
  });

  test.each([
    ['after a kill', 'kill'],
    ['after a clean stop', 'end'],
  ] as const)('at the start, %s: it starts, and goes on when there is room', async (_, stop) => {
    const disk = new SmallDisk(24);
    const sent = new SentNumbers();
    const first = await LedgerProcess.start(disk.path);
    await sent.send(first, 10);
    await first[stop]();
    disk.fill();
    const second = await LedgerProcess.start(disk.path);
    expect(await second.send(50_001)).toBe('refused');
    expect(await lineOf(second, 'degraded')).toBe('degraded the disk is full');
    disk.empty();
    expect(await lineOf(second, 'recovered')).not.toBeNull();
    expect(await second.send(50_002)).toBe('stored');
    await second.kill();
    const { numbers, missing } = await sent.found(disk.path);
    expect(missing).toEqual([]);
    expect(numbers.slice(-2)).toEqual([50_001, 50_002]);
  });

  test('at the very first start', async () => {
    const disk = new SmallDisk(24);
    disk.fill();
    const process = await LedgerProcess.start(disk.path);
    expect(await lineOf(process, 'degraded')).toBe('degraded the disk is full');
    expect(await process.send(1)).toBe('refused');
    disk.empty();
    expect(await lineOf(process, 'recovered')).not.toBeNull();
    expect(await process.send(2)).toBe('stored');
    await process.kill();
    expect((await new SentNumbers().found(disk.path)).numbers).toEqual([1, 2]);
  });
});

describe('a power cut', () => {
  async function cutWhileStoring(wrapper: readonly string[]): Promise<{ sent: SentNumbers; folder: string }> {
    const disk = new PowerCutDisk();
    const folder = `${disk.path}/data`;
    const sent = new SentNumbers();
    const process = await LedgerProcess.start(folder, wrapper, STRACE_ENV);
    await sent.burst(process, 300, 250);
    disk.cut();
    await process.kill();
    disk.restore();
    return { sent, folder };
  }

  test('loses nothing that was acknowledged', async () => {
    const { sent, folder } = await cutWhileStoring([]);
    expect(sent.stored.length).toBeGreaterThanOrEqual(250);
    const { missing, problems } = await sent.found(folder);
    expect(missing).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('does, if nothing is synced: the check above can fail', async () => {
    const log = join(temporaryFolder(), 'strace.log');
    // The first make the files.
    const wrapper = strace({ calls: SYNC, effect: 'retval=0', when: '8+' }, log);
    const { sent, folder } = await cutWhileStoring(wrapper);
    expect(readFileSync(log, 'utf8')).toContain('INJECTED');
    expect(sent.stored.length).toBeGreaterThanOrEqual(250);
    expect((await sent.found(folder)).missing).not.toEqual([]);
  });
});
