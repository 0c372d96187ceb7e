import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './house/source-files.js';

/** Public benchmark data is no part of the project: it is kept beside it, or where TOCSIN_DATA says. */
const FOLDER = process.env['TOCSIN_DATA'] ?? join(ROOT, '..', 'shared', 'data');

/** A benchmark file, and why it cannot be used; on CI a folder in which it is missing is a failure, not an excuse. */
export function benchmarkFile(...path: readonly string[]): { path: string; missing: string | null } {
  const file = join(FOLDER, ...path);
  const isExcused = !existsSync(file) && !(process.env['CI'] !== undefined && existsSync(FOLDER));
  return {
    path: file,
    missing: isExcused ? `there is no ${join(...path)} in ${FOLDER} (TOCSIN_DATA)` : null,
  };
}
