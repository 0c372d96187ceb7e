import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const SOURCE_FOLDERS = ['rules', 'models', 'firmware-bridge', 'runtime'] as const;

export interface Import {
  /** As written: `node:fs`, `zod`, `../rules/reading.js`. */
  readonly specifier: string;
  /** The file it names, from the root (`rules/reading.ts`); `null` for a package. */
  readonly file: string | null;
  /** `import type …`: gone at run time. */
  readonly isType: boolean;
  readonly isDynamic: boolean;
  /** What stands between `import` and `from`. */
  readonly names: string;
}

/** TypeScript files of a folder, from the root, in order. */
export function sourceFiles(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // a folder that no part of the project has needed yet
  }
  return entries
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

export function sourceText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'/gm;
const BARE = /^\s*import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'/g;

/** What a file imports, read from its text as the formatter leaves it. */
export function importsOf(file: string): Import[] {
  const text = sourceText(file);
  const found: Import[] = [];
  for (const [, type, names = '', specifier = ''] of text.matchAll(STATIC)) {
    found.push({
      specifier,
      file: fileOf(file, specifier),
      isType: type !== undefined,
      isDynamic: false,
      names,
    });
  }
  for (const [, specifier = ''] of text.matchAll(BARE)) {
    found.push({ specifier, file: fileOf(file, specifier), isType: false, isDynamic: false, names: '' });
  }
  for (const [, specifier = ''] of text.matchAll(DYNAMIC)) {
    found.push({ specifier, file: fileOf(file, specifier), isType: false, isDynamic: true, names: '' });
  }
  return found;
}

/** The text without strings and comments: what is left is code. */
export function codeOf(file: string): string {
  return sourceText(file)
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
}

function fileOf(importer: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return relative(ROOT, join(ROOT, dirname(importer), specifier))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts');
}
