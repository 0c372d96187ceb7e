import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Where Debian has it depends on the processor. */
const LIBRARIES = '/usr/lib';
const LIBRARY = 'faketime/libfaketimeMT.so.1';

/**
 * The clock on the wall of a program, which can be set while it runs: by libfaketime, between the program and the C library.
 * What the program measures durations with is left alone, as the kernel does when somebody sets the clock.
 */
export class WallClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-clock-'));
  readonly #file = join(this.#folder, 'clock');

  constructor() {
    onTestFinished(() => rmSync(this.#folder, { recursive: true }));
    this.set('+0');
  }

  /** For the program. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param time by the right one, `+3600` or `-1d`; or, for a program that starts then, `@1970-01-01 00:00:10` */
  set(time: string): void {
    // It is read at any moment.
    writeFileSync(`${this.#file}.new`, `${time}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function library(): string {
  for (const folder of readdirSync(LIBRARIES)) {
    const path = join(LIBRARIES, folder, LIBRARY);
    if (existsSync(path)) return path;
  }
  throw new Error('libfaketime is not there: apt-get install faketime');
}
