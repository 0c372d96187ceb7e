/** What is stored of the site's files: everything in the end, also what a disk did not take at first. */
import { expect, test } from 'vitest';
import { LastGoodFiles } from '../../../runtime/reload/last-good-files.js';

type Changes = readonly { readonly path: string; readonly text: string | null }[];

/** Files are stored, or not, when the test says so. */
class SlowDisk {
  readonly asked: Changes[] = [];
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  files(changes: Changes): Promise<void> {
    this.asked.push(changes);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async answer(isStored: boolean): Promise<void> {
    const next = this.#waiting.shift();
    if (isStored) next?.resolve();
    else next?.reject(new Error('the disk is full'));
    await Promise.resolve();
  }
}

const A = { path: 'rules/a.json', text: 'a' };
const A2 = { path: 'rules/a.json', text: 'a2' };
const B_GONE = { path: 'rules/b.json', text: null };

test('what is stored is not stored again', async () => {
  const disk = new SlowDisk();
  const files = new LastGoodFiles(disk);
  files.change([A]);
  await disk.answer(true);
  files.store();
  files.change([B_GONE]);
  expect(disk.asked).toEqual([[A], [B_GONE]]);
});

test('what could not be stored goes with the next change, and when the disk is back', async () => {
  const disk = new SlowDisk();
  const files = new LastGoodFiles(disk);
  files.change([A]);
  await disk.answer(false);
  files.change([B_GONE]);
  await disk.answer(false);
  files.store();
  await disk.answer(true);
  files.store();
  expect(disk.asked).toEqual([[A], [A, B_GONE], [A, B_GONE]]);
});

test('a version that was replaced meanwhile does not count for the one that replaced it', async () => {
  const disk = new SlowDisk();
  const files = new LastGoodFiles(disk);
  files.change([A]);
  files.change([A2]);
  await disk.answer(true);
  await disk.answer(false);
  files.store();
  expect(disk.asked).toEqual([[A], [A2], [A2]]);
});

test('no change, nothing to store', () => {
  const disk = new SlowDisk();
  new LastGoodFiles(disk).change([]);
  expect(disk.asked).toEqual([]);
});
