import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version in the package's own `package.json`. */
export function programVersion(): string {
  return ownPackage().version;
}

/** The folder of the package, which is found from the sources and from `dist/` alike. */
export function packageFolder(): string {
  return fileURLToPath(ownPackage().folder);
}

function ownPackage(): { readonly folder: URL; readonly version: string } {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const version = versionIn(new URL('package.json', folder));
    if (version !== null) return { folder, version };
    if (folder.pathname === '/') throw new Error('the package.json of tocsin is missing');
  }
}

function versionIn(file: URL): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null; // not this folder: one of its parents has it
  }
  const content: { name?: unknown; version?: unknown } = JSON.parse(text);
  return content.name === 'tocsin' && typeof content.version === 'string' ? content.version : null;
}
