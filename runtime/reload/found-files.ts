import type { Issue } from '../../rules/format/issue.js';

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
