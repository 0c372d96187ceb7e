import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemErrorText } from '../site/system-error.js';
import { type NewFile, newSiteFiles, schemaFiles } from './new-site-files.js';

/** The site cannot be written; the message says why, and what was left alone. */
export class CannotWriteSite extends Error {}

/** With these a folder is a site already, or somebody has begun to make it one. */
const OF_A_SITE = ['tocsin.json', 'rules', 'tests'];

/**
 * Writes a site to begin with into a folder, which is made if it is not there. Nothing that exists is changed.
 *
 * @returns the files, in the order in which somebody would look at them
 * @throws {CannotWriteSite} there is a site already, or the folder cannot be written
 */
export function writeNewSite(folder: string): readonly NewFile[] {
  const files = newSiteFiles(gatewayName(folder));
  const taken = namesIn(folder).filter(
    (name) =>
      OF_A_SITE.includes(name) || files.some(({ path }) => path === name || path.startsWith(`${name}/`)),
  );
  if (taken.length > 0) {
    throw new CannotWriteSite(`${folder} has ${list(taken)} already: nothing was written`);
  }
  writeAll(folder, files, 'wx');
  return files;
}

/**
 * Writes the schemas of this version into a site, over those that are there.
 *
 * @returns those that were not there like that
 * @throws {CannotWriteSite} the folder cannot be written
 */
export function renewSchemas(folder: string): readonly NewFile[] {
  const stale = staleSchemas(folder);
  writeAll(folder, stale, 'w');
  return stale;
}

/** The schemas of a site that are missing, or other than those of this version. */
export function staleSchemas(folder: string): readonly NewFile[] {
  return schemaFiles().filter(({ path, text }) => textAt(join(folder, path)) !== text);
}

/** `plant-7` for `sites/plant 7/`: what people recognise it by. */
function gatewayName(folder: string): string {
  return basename(resolve(folder)).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-') || 'gateway';
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw unwritable(folder, error);
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorText(error) === null) throw error;
    return null; // not there, or not to be read: it will be written
  }
}

function writeAll(folder: string, files: readonly NewFile[], flag: 'w' | 'wx'): void {
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag });
    } catch (error) {
      throw unwritable(join(folder, path), error);
    }
  }
}

function unwritable(path: string, error: unknown): unknown {
  const reason = systemErrorText(error);
  return reason === null ? error : new CannotWriteSite(`cannot write ${path}: ${reason}`, { cause: error });
}

/** `a`, `a and b`, `a, b and c` */
function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
