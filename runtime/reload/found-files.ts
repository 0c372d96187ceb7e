import type { Issue } from '../../rules/format/issue.js';
import { isPlanPath } from '../site/plan-files.js';
import type { SiteFiles } from '../site/site-files.js';

/** A file as it was found, or why it cannot be read. */
export type FoundFile =
  | { readonly kind: 'text'; readonly path: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly issue: Issue };

/** What is in the folder of a site: only files that nobody is writing at the moment. */
export interface FoundFiles {
  /** `tocsin.json`; `null`: there is none. */
  readonly configuration: FoundFile | null;
  /** Those that say what is evaluated, by path, in order of paths. */
  readonly plan: ReadonlyMap<string, FoundFile>;
  /** Why folders could not be listed; where one was, what is not there is gone. */
  readonly folderProblems: readonly Issue[];
}

/** What is in the folder, as it was read at once. */
export function foundFiles(files: SiteFiles): FoundFiles {
  const plan = new Map<string, FoundFile>();
  const folderProblems: Issue[] = [];
  let configuration: FoundFile | null = null;
  if (files.configuration !== null) configuration = { kind: 'text', ...files.configuration };
  for (const file of files.plan) plan.set(file.path, { kind: 'text', ...file });
  for (const issue of files.issues) {
    if (issue.file === 'tocsin.json') configuration = { kind: 'unreadable', issue };
    else if (isPlanPath(issue.file) && issue.file.includes('/'))
      plan.set(issue.file, { kind: 'unreadable', issue });
    else if (isPlanPath(issue.file)) folderProblems.push(issue);
  }
  const inOrder = new Map([...plan].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { configuration, plan: inOrder, folderProblems };
}
