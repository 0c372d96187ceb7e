import type { Table } from '../table.js';
import type { SourceFile } from './document.js';
import type { Issue } from './issue.js';
import { readTable } from './read-table.js';

/** The tables of a site. */
export interface Tables {
  readonly byName: ReadonlyMap<string, Table>;
  /** Those with errors too. */
  readonly names: ReadonlySet<string>;
  /** In order of files and places. */
  readonly issues: readonly Issue[];
}

export function isTableFile({ path }: SourceFile): boolean {
  return path.startsWith('tables/');
}

/** Reads the files of the folder `tables/`. Of two with one name the first counts. */
export function readTables(files: readonly SourceFile[]): Tables {
  const byName = new Map<string, Table>();
  const paths = new Map<string, string>();
  const issues: Issue[] = [];
  for (const file of files.filter(isTableFile)) {
    const read = readTable(file);
    for (const issue of read.issues) issues.push(issue);
    const first = paths.get(read.name);
    if (first === undefined) paths.set(read.name, file.path);
    else issues.push(takenName(file, read.name, first));
    if (read.table !== null && first === undefined) byName.set(read.name, read.table);
  }
  return { byName, names: new Set(paths.keys()), issues };
}

function takenName({ path: file }: SourceFile, name: string, first: string): Issue {
  const message = `The table \`${name}\` is in ${first} already.`;
  const place = { file, line: 1, column: 1, endColumn: 2 };
  return { ...place, code: 'duplicate-table', severity: 'error', message, hint: 'Rename one of the files.' };
}
