import { readFile } from 'node:fs/promises';
import type { SiteFiles } from '../site/site-files.js';
import { systemErrorText } from '../site/system-error.js';
import { type Label, type ReadLabels, readLabels } from './labels.js';

export interface SiteLabels {
  readonly labels: readonly Label[];
  /** What is wrong with the files, a line each: nothing should be learnt from half of them. */
  readonly problems: readonly string[];
}

/**
 * Reads what people wrote of failures and maintenance.
 *
 * @param paths of files; `null`: those of the site, `labels/*.csv`
 */
export async function siteLabels(
  { labels, issues }: Pick<SiteFiles, 'labels' | 'issues'>,
  paths: readonly string[] | null,
): Promise<SiteLabels> {
  const read = paths === null ? labels.map(readLabels) : await Promise.all(paths.map(readFileOf));
  const unreadable =
    paths === null
      ? issues
          .filter(({ file }) => file.startsWith('labels'))
          .map(({ file, message }) => `${file}: ${message}`)
      : [];
  return {
    labels: read.flatMap((one) => one.labels),
    problems: [...unreadable, ...read.flatMap((one) => one.problems)],
  };
}

async function readFileOf(path: string): Promise<ReadLabels> {
  try {
    return readLabels({ path, text: await readFile(path, 'utf8') });
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    return { labels: [], problems: [`${path} cannot be read: ${reason}`] };
  }
}
