import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GatewayProcess } from './gateway-process.js';

/** A disk so small that it can be filled; gone when the test ends. Needs root, as all disks here do. */
export class SmallDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'tocsin-small-disk-'));
  readonly #filler = join(this.path, 'filler');

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path]);
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', this.path]);
      rmSync(this.path, { recursive: true });
    });
  }

  /** Leaves not a byte. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (const size of [1 << 20, 4096, 1]) writeUntilFull(file, Buffer.alloc(size));
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    truncateSync(this.#filler, 0);
  }

  /** As after an error of the disk. */
  closeForWriting(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }
}

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    while (writeSync(file, chunk) === chunk.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

const MEGABYTES = 96;
/** Seconds until ext4 would write by itself what nobody synced: longer than any test. */
const COMMIT_S = 600;

/**
 * An ext4 whose power can be cut: what was synced stays, the rest is gone, as on the day it happens. Method: a disk image
 * on a loop device, and the ioctl by which ext4 is tested for this (EXT4_IOC_SHUTDOWN, without flushing its journal).
 */
export class PowerCutDisk {
  readonly path = mkdtempSync(join(tmpdir(), 'tocsin-power-cut-'));
  readonly #image = `${this.path}.img`;

  constructor() {
    closeSync(openSync(this.#image, 'w'));
    truncateSync(this.#image, MEGABYTES << 20);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', this.#image]);
    this.#mount();
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', this.path]);
      rmSync(this.path, { recursive: true });
      rmSync(this.#image);
    });
  }

  /** From here on nothing reaches the disk, and everything that tries fails. */
  cut(): void {
    execFileSync('perl', ['-e', SHUT_DOWN, this.path]);
  }

  /** The disk as it is found when the power is back. Nobody may use it at the moment. */
  restore(): void {
    execFileSync('umount', [this.path]);
    this.#mount();
  }

  #mount(): void {
    execFileSync('mount', ['-o', `loop,commit=${COMMIT_S}`, this.#image, this.path]);
  }
}

/** For the program and its disk at the same moment: it must not live to see that nothing can be stored. */
export async function cutPower(gateway: GatewayProcess, disk: PowerCutDisk): Promise<void> {
  await gateway.freeze();
  disk.cut();
  await gateway.kill();
  disk.restore();
}

/** Node has no ioctl; Perl is on every Debian. */
const SHUT_DOWN = `
  my ($EXT4_IOC_SHUTDOWN, $NO_LOG_FLUSH) = (0x8004587D, pack("L", 2));
  open(my $disk, "<", $ARGV[0]) or die "$ARGV[0]: $!";
  ioctl($disk, $EXT4_IOC_SHUTDOWN, $NO_LOG_FLUSH) or die "ioctl: $!";
`;
