import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the names in a folder as safe from a power cut as the files are: `fsync` of a file says nothing of its name. */
export function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
