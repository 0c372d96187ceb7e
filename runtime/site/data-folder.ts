import { resolve } from 'node:path';
import { Document } from '../../rules/format/document.js';
import { child, textOf } from '../../rules/format/json-tree.js';
import { loadConfiguration } from './configuration.js';
import type { SiteFiles } from './site-files.js';

/**
 * Where the program keeps what it writes. Of a configuration with errors it is what its key `data` says all the same:
 * a service may be running by what the file said before, and that is where it is.
 */
export function dataFolderOf({ folder, configuration }: Pick<SiteFiles, 'folder' | 'configuration'>): string {
  const loaded = loadConfiguration(configuration).configuration;
  if (loaded !== null || configuration === null) return resolve(folder, loaded?.dataFolder ?? 'data');
  const { root } = new Document(configuration);
  return resolve(folder, (root === null ? null : textOf(child(root, 'data'))) ?? 'data');
}
