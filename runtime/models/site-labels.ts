import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent, systemErrorText } from '../site/system-error.js';
import { type Label, readLabels } from './labels.js';

export interface SiteLabels {
  readonly labels: readonly Label[];
  /** What is wrong with the files, a line each: nothing should be learnt from half of them. */
  readonly problems: readonly string[];
}

/**
 * Reads what people wrote of failures and maintenance.
 *
 * @param files `null`: those of the site, `labels/*.csv`
 */
export async function siteLabels(folder: string, files: readonly string[] | null): Promise<SiteLabels> {
  const paths = files?.map((path) => ({ path, real: path })) ?? (await labelFiles(folder));
  const read = await Promise.all(paths.map(readFileOf));
  return {
    labels: read.flatMap(({ labels }) => labels),
    problems: read.flatMap(({ problems }) => problems),
  };
}

async function labelFiles(folder: string): Promise<{ path: string; real: string }[]> {
  try {
    const names = (await readdir(join(folder, 'labels'))).filter(
      (name) => name.endsWith('.csv') && !name.startsWith('.'),
    );
    return names.sort().map((name) => ({ path: `labels/${name}`, real: join(folder, 'labels', name) }));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function readFileOf({ path, real }: { path: string; real: string }): Promise<SiteLabels> {
  try {
    return readLabels({ path, text: await readFile(real, 'utf8') });
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    return { labels: [], problems: [`${path} cannot be read: ${reason}`] };
  }
}
