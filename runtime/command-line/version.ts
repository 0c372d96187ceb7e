import { readFileSync } from 'node:fs';

/** The version in the package's own `package.json`, which is found from the sources and from `dist/` alike. */
export function programVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const version = versionIn(new URL('package.json', folder));
    if (version !== null) return version;
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
