import type { Issue } from '../../rules/format/issue.js';
import type { SiteFiles } from '../site/site-files.js';

/** A file as it was found, or why it cannot be read. */
export type FoundFile =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly issue: Issue };

/** What is in the folder of a site: only files that nobody is writing at the moment. */
export interface FoundFiles {
  /** `tocsin.json`; `null`: there is none. */
  readonly configuration: FoundFile | null;
  /** By path, in order of paths. */
  readonly rules: ReadonlyMap<string, FoundFile>;
  /** Why the folders could not be listed; `null`: they were, and what is not there is gone. */
  readonly folderProblem: Issue | null;
}

/** What is in the folder, as it was read at once. */
export function foundFiles(files: SiteFiles): FoundFiles {
  const rules = new Map<string, FoundFile>();
  let folderProblem: Issue | null = null;
  let configuration: FoundFile | null = null;
  if (files.configuration !== null) configuration = { kind: 'text', ...files.configuration };
  for (const file of files.rules) rules.set(file.path, { kind: 'text', ...file });
  for (const issue of files.issues) {
    if (issue.file === 'rules') folderProblem = issue;
    else if (issue.file === 'tocsin.json') configuration = { kind: 'unreadable', issue };
    else if (issue.file.startsWith('rules/')) rules.set(issue.file, { kind: 'unreadable', issue });
  }
  const inOrder = new Map([...rules].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { configuration, rules: inOrder, folderProblem };
}
