import type { FileOperation, FolderContent } from './file-operation.js';

/** What a disk writes wholly or not at all. */
const SECTOR_BYTES = 512;

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

interface Inode {
  /** As no power cut can take it. */
  synced: Buffer;
  /** Done since, in order, and in the memory of the operating system only. */
  readonly unsynced: Change[];
}

type FolderChange =
  | { readonly kind: 'create'; readonly name: string; readonly inode: Inode }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string };

/** How a crash leaves what was on its way. */
export type Crash =
  /** The program ends, the computer does not: everything that was asked for is there. */
  | { readonly kind: 'kill' }
  /** The last write came through in part. */
  | { readonly kind: 'tornKill'; readonly random: () => number }
  /**
   * The power goes. Of what was not synced anything can be there or not, in any order, single sectors of a write too;
   * names in the folder change in their order, up to some moment.
   */
  | { readonly kind: 'powerCut'; readonly random: () => number };

/**
 * A folder on a disk that a program works on, as it is found after a crash at any moment. The rules are those that POSIX
 * leaves when nothing is promised but `fsync`: no less than any file system of Linux keeps.
 */
export class CrashDisk {
  readonly #operations: readonly FileOperation[];
  #place = 0;
  /** As the program sees it. */
  readonly #names: Map<string, Inode>;
  #syncedNames: Map<string, Inode>;
  #unsyncedNames: FolderChange[] = [];

  constructor(initial: FolderContent, operations: readonly FileOperation[]) {
    this.#operations = operations;
    this.#names = new Map(
      [...initial].map(([name, bytes]) => [name, { synced: Buffer.from(bytes), unsynced: [] }]),
    );
    this.#syncedNames = new Map(this.#names);
  }

  get place(): number {
    return this.#place;
  }

  /** Only forward. @param place how many operations were done */
  advance(place: number): void {
    while (this.#place < place) {
      const operation = this.#operations[this.#place++];
      if (operation !== undefined) this.#do(operation);
    }
  }

  /** What is found after a crash now. */
  crashed(crash: Crash): FolderContent {
    switch (crash.kind) {
      case 'kill':
        return this.#content(this.#names, applyAll);
      case 'tornKill': {
        const next = this.#operations[this.#place];
        const torn = next?.kind === 'write' ? this.#names.get(next.name) : undefined;
        if (torn === undefined || next?.kind !== 'write') return this.crashed({ kind: 'kill' });
        const bytes = next.bytes.subarray(0, Math.floor(crash.random() * next.bytes.length));
        return this.#content(this.#names, (inode) =>
          applied(
            inode.synced,
            inode === torn ? [...inode.unsynced, { at: next.at, bytes }] : inode.unsynced,
          ),
        );
      }
      case 'powerCut': {
        const { random } = crash;
        const names = new Map(this.#syncedNames);
        const kept = Math.floor(random() * (this.#unsyncedNames.length + 1));
        for (const change of this.#unsyncedNames.slice(0, kept)) changeNames(names, change);
        return this.#content(names, survivor(random));
      }
    }
  }

  #content(names: ReadonlyMap<string, Inode>, bytesOf: (inode: Inode) => Buffer): FolderContent {
    return new Map([...names].map(([name, inode]) => [name, bytesOf(inode)]));
  }

  #do(operation: FileOperation): void {
    switch (operation.kind) {
      case 'create':
        if (!this.#names.has(operation.name)) {
          this.#changeNames({ ...operation, inode: { synced: Buffer.alloc(0), unsynced: [] } });
        }
        return;
      case 'unlink':
      case 'rename':
        this.#changeNames(operation);
        return;
      case 'write':
        this.#inode(operation.name).unsynced.push(operation);
        return;
      case 'copy': {
        const { at, length } = operation;
        const bytes = applyAll(this.#inode(operation.from)).subarray(at, at + length);
        this.#inode(operation.name).unsynced.push({ at, bytes });
        return;
      }
      case 'append': {
        const inode = this.#inode(operation.name);
        inode.unsynced.push({ at: applyAll(inode).length, bytes: operation.bytes });
        return;
      }
      case 'truncate':
        this.#inode(operation.name).unsynced.push(operation);
        return;
      case 'sync': {
        const inode = this.#inode(operation.name);
        inode.synced = applyAll(inode);
        inode.unsynced.length = 0;
        return;
      }
      case 'syncFolder':
        this.#syncedNames = new Map(this.#names);
        this.#unsyncedNames = [];
        return;
      case 'mark':
        return;
    }
  }

  #changeNames(change: FolderChange): void {
    changeNames(this.#names, change);
    this.#unsyncedNames.push(change);
  }

  #inode(name: string): Inode {
    const inode = this.#names.get(name);
    if (inode === undefined) throw new Error(`there is no ${name}`);
    return inode;
  }
}

function changeNames(names: Map<string, Inode>, change: FolderChange): void {
  const inode = change.kind === 'create' ? change.inode : names.get(change.name);
  names.delete(change.name);
  if (inode === undefined || change.kind === 'unlink') return;
  names.set(change.kind === 'rename' ? change.to : change.name, inode);
}

const applyAll = ({ synced, unsynced }: Inode): Buffer => applied(synced, unsynced);

function applied(bytes: Buffer, changes: readonly Change[]): Buffer {
  if (changes.length === 0) return bytes;
  const sizes = changes.map((change) => ('size' in change ? change.size : change.at + change.bytes.length));
  const result = Buffer.alloc(Math.max(bytes.length, ...sizes));
  bytes.copy(result);
  let size = bytes.length;
  for (const change of changes) {
    if ('size' in change) {
      // What is cut off does not come back when the file grows again.
      result.fill(0, Math.min(size, change.size), size);
      size = change.size;
    } else {
      change.bytes.copy(result, change.at);
      size = Math.max(size, change.at + change.bytes.length);
    }
  }
  return result.subarray(0, size);
}

/** How much of what was not synced survives, in one power cut: sometimes nearly all of it, sometimes nearly nothing. */
function survivor(random: () => number): (inode: Inode) => Buffer {
  const luck = random();
  const isTorn = random() < 0.5;
  const share = luck < 0.2 ? 0 : luck < 0.4 ? 1 : random();
  return ({ synced, unsynced }) => {
    // Some disks keep the order, so that all is there up to one moment.
    const isInOrder = random() < 0.3;
    const last = Math.floor(random() * (unsynced.length + 1));
    const kept = unsynced.flatMap((change, index) => {
      if (isInOrder ? index >= last : random() >= share) return [];
      return 'size' in change || !isTorn ? [change] : sectorsOf(change, random);
    });
    return applied(synced, kept);
  };
}

/** The part of a write that reached the disk. */
function sectorsOf({ at, bytes }: { at: number; bytes: Buffer }, random: () => number): Change[] {
  const sectors: Change[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(bytes.length, (Math.floor((at + start) / SECTOR_BYTES) + 1) * SECTOR_BYTES - at);
    if (random() < 0.8) sectors.push({ at: at + start, bytes: bytes.subarray(start, end) });
    start = end;
  }
  return sectors;
}
