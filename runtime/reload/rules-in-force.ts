import type { SourceFile } from '../../rules/format/document.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import { loadPlan } from '../site/load-plan.js';

/** The files that count of those that say what is evaluated, whatever their folders look like at the moment. */
export interface RulesInForce {
  /** By path, in order of paths. */
  readonly texts: ReadonlyMap<string, string>;
  /** What they say. */
  readonly loaded: LoadedRules;
  /** Rules that no file has any more, and since when: ms by some clock that never goes back. */
  readonly goneSince: ReadonlyMap<string, number>;
  /** Since when there are no rule files at all any more; `null`: there are, or never were. */
  readonly emptySince: number | null;
}

/** What was in force before a restart; without files, nothing ever was. */
export function rulesInForce(files: readonly SourceFile[]): RulesInForce {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return { texts: inOrder(texts), loaded: loadTexts(texts), goneSince: new Map(), emptySince: null };
}

/** Loads files in order of their paths. */
export function loadTexts(texts: ReadonlyMap<string, string>): LoadedRules {
  return loadPlan(filesOf(inOrder(texts)));
}

export function filesOf(texts: ReadonlyMap<string, string>): SourceFile[] {
  return [...texts].map(([path, text]) => ({ path, text }));
}

export function inOrder<T>(byPath: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...byPath].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
