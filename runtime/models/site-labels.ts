import { readFile as readText } from 'node:fs/promises';
import type { SourceFile } from '../../rules/format/document.js';
import type { SiteFiles } from '../site/site-files.js';
import { systemErrorText } from '../site/system-error.js';
import { type Label, readLabels } from './labels.js';

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
  const read = paths === null ? labels.map(readFile) : await Promise.all(paths.map(readFileAt));
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

function readFile(file: SourceFile): SiteLabels {
  const { labels, problems } = readLabels(file);
  const texts = problems.map(({ line, message, hint }) => `${file.path}:${line}: ${message} ${hint}`);
  return { labels, problems: texts };
}

async function readFileAt(path: string): Promise<SiteLabels> {
  try {
    return readFile({ path, text: await readText(path, 'utf8') });
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === null) throw error;
    return { labels: [], problems: [`${path} cannot be read: ${reason}`] };
  }
}
