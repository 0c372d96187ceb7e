import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JournalRecord } from '../../../runtime/storage/journal-record.js';
import { message, NOON, numbersIn, temporaryFolder } from './ledger-fixture.js';
import { contentOf, StoredSite, storeSomething } from './stored-site.js';

const PLAN: JournalRecord = { kind: 'plan', time: NOON, files: [{ path: 'rules/a.json', text: '{}' }] };

/** A folder as it is after a kill, and what is in it. */
export class SpoiltSite {
  readonly #folder = temporaryFolder();
  readonly #content: unknown;
  #copies = 0;

  /** @param isInLog everything is in the write-ahead log still; else in the file */
  constructor(isInLog: boolean) {
    const original = join(this.#folder, 'original');
    const site = new StoredSite(original);
    storeSomething(site);
    if (!isInLog) site.store.reopen();
    cpSync(original, this.#kept, { recursive: true });
    site.store.close(true);
    const whole = new StoredSite(this.copy());
    this.#content = contentOf(whole);
    whole.store.close(true);
  }

  copy(): string {
    this.#copies += 1;
    const copy = join(this.#folder, String(this.#copies));
    cpSync(this.#kept, copy, { recursive: true });
    return copy;
  }

  sizeOf(name: string): number {
    return statSync(join(this.#kept, name)).size;
  }

  /**
   * Starts on a spoilt copy. What it finds must be all, or it must say so; in any case it goes on from there, and says
   * nothing the next time.
   *
   * @returns what it says
   */
  startOn(spoil: (folder: string) => void): string[] {
    const folder = this.copy();
    spoil(folder);
    const site = new StoredSite(folder);
    const content = contentOf(site) as { problems: readonly string[] };
    const told = [...site.found.problems, ...content.problems];
    if (told.length === 0) expect(content).toEqual(this.#content);
    site.commit({ records: [...(site.found.isHoled ? [PLAN] : []), message(9_999)] });
    site.snapshot(new Uint8Array([1]), site.found.next.snapshot);
    site.commit({ records: [message(10_000)] });
    site.store.close(true);
    const again = new StoredSite(folder);
    expect(again.found.problems).toEqual([]);
    expect(numbersIn(again.tail().records)).toEqual([10_000]);
    again.store.close(true);
    return told;
  }

  get #kept(): string {
    return join(this.#folder, 'kept');
  }
}

/** Flips bits of one byte of a file. */
export function flip(path: string, place: number, mask: number): void {
  const bytes = readFileSync(path);
  bytes[place] = (bytes[place] ?? 0) ^ mask;
  writeFileSync(path, bytes);
}

const SECTOR_BYTES = 512;

/** A bit, a byte or a sector of some bytes, anywhere in them. */
export function spoilSomewhere(bytes: Buffer, random: () => number): void {
  const below = (limit: number) => Math.floor(limit * random());
  const size = bytes.length;
  const place = below(size);
  switch (below(4)) {
    case 0:
      bytes[place] = (bytes[place] ?? 0) ^ (1 << below(8));
      return;
    case 1:
      bytes[place] = below(256);
      return;
    case 2:
      bytes.fill(0, place, Math.min(size, place + SECTOR_BYTES));
      return;
    default:
      for (let at = place; at < Math.min(size, place + SECTOR_BYTES); at++) bytes[at] = below(256);
  }
}
