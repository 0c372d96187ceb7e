import { mkdirSync } from 'node:fs';

/** As of the control socket: who may not ask the service may not read what it stored either. */
const OWNER_ONLY = 0o700;

/**
 * Makes a folder for what the program stores, where there is none: readings, alerts and what `tocsin.json` said are nobody
 * else's on this computer. A folder that is there keeps the rights that it has.
 *
 * @returns the outermost folder that was made for it, if one was
 */
export function makeDataFolder(folder: string): string | undefined {
  return mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
}
