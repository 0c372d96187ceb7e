import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_FILE } from '../storage/state-database.js';
import { dataFolderOf } from './data-folder.js';
import { loadSite, type Site, siteOf } from './load-site.js';
import { noSiteFiles } from './site-files.js';
import { SiteNotFound } from './site-not-found.js';

/**
 * As `loadSite`, also of a folder whose files have gone since a service ran on it: it may be running still by what they
 * said, and what it has stored is there.
 *
 * @throws {SiteNotFound} nothing ever ran on it, or its data is elsewhere
 */
export async function loadSiteOrEmptied(folder: string): Promise<Site> {
  try {
    return await loadSite(folder);
  } catch (error) {
    const files = noSiteFiles(folder);
    const isEmptied = error instanceof SiteNotFound && existsSync(join(dataFolderOf(files), STATE_FILE));
    if (!isEmptied) throw error;
    return siteOf(files);
  }
}

/** Whether nothing is left of what people wrote. */
export function isEmptied({ files }: Pick<Site, 'files'>): boolean {
  return files.configuration === null && files.plan.length === 0;
}
