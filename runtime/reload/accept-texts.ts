import type { Issue } from '../../rules/format/issue.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import { loadPlan } from '../site/load-plan.js';
import { filesOf, inOrder, loadTexts } from './rules-in-force.js';

/** Texts of files by path. */
export type Texts = ReadonlyMap<string, string>;

export interface Accepted {
  readonly texts: Texts;
  readonly loaded: LoadedRules;
  /** Errors of the files whose text was not taken. */
  readonly refused: ReadonlyMap<string, readonly Issue[]>;
}

/**
 * The texts that are wanted, as far as they are right: a file with errors keeps the text it had before. A new file with
 * errors counts with the rules that are right; with none if it takes an id that is taken: the rule that runs stays.
 */
export function acceptTexts(wanted: Texts, before: Texts): Accepted {
  const texts = new Map(wanted);
  const refused = new Map<string, readonly Issue[]>();
  for (;;) {
    const loaded = loadInPrecedence(texts, before);
    const errors = errorsByFile(loaded);
    const wrong = [...errors].filter(([file, issues]) => isRefused(file, issues, { texts, before }));
    if (wrong.length === 0) return { texts: inOrder(texts), loaded, refused };
    for (const [file, issues] of wrong) {
      refused.set(file, issues);
      const text = before.get(file);
      if (text === undefined) texts.delete(file);
      else texts.set(file, text);
    }
  }
}

function isRefused(
  file: string,
  errors: readonly Issue[],
  { texts, before }: { texts: Texts; before: Texts },
): boolean {
  if (texts.get(file) === before.get(file)) return false;
  return before.has(file) || (before.size > 0 && errors.some(({ code }) => code === 'duplicate-id'));
}

/** Of two rules with one id the first counts: where there are such, files that say what they said before come first. */
export function loadInPrecedence(texts: Texts, before: Texts): LoadedRules {
  const loaded = loadTexts(texts);
  if (before.size === 0 || !loaded.issues.some(({ code }) => code === 'duplicate-id')) return loaded;
  const rank = (path: string) => (!before.has(path) ? 2 : before.get(path) === texts.get(path) ? 0 : 1);
  const files = filesOf(inOrder(texts));
  return loadPlan([0, 1, 2].flatMap((place) => files.filter(({ path }) => rank(path) === place)));
}

export function errorsByFile({ issues }: Pick<LoadedRules, 'issues'>): Map<string, Issue[]> {
  const byFile = new Map<string, Issue[]>();
  for (const issue of issues) {
    if (issue.severity !== 'error') continue;
    const errors = byFile.get(issue.file);
    if (errors === undefined) byFile.set(issue.file, [issue]);
    else errors.push(issue);
  }
  return byFile;
}
