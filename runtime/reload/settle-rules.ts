import type { Issue } from '../../rules/format/issue.js';
import { ACTIVATION_FILE } from '../models/activation.js';
import { type Accepted, acceptTexts, errorsByFile, loadInPrecedence, type Texts } from './accept-texts.js';
import type { FoundFiles } from './found-files.js';
import { inOrder, type RulesInForce } from './rules-in-force.js';

/** What is gone counts as gone after so long: editors and `git` take their time. */
const GONE_AFTER_MS = 5_000;

/** Each costs as much as reading all rules once more. */
const TRIALS_MAX = 8;

export interface SettledRules {
  readonly inForce: RulesInForce;
  /** Files whose text does not count as it stands, and why; without an error, its rules are waited for. */
  readonly refused: ReadonlyMap<string, readonly Issue[]>;
  /** There were rule files, and all have been gone for a while. */
  readonly isMissingAll: boolean;
  /** When to look again though nothing changes; `null`: there is nothing to wait for. */
  readonly lookAgainAt: number | null;
}

/**
 * Which files of rules, and of what they are made of, count from now on. Texts count file by file where they are right. No rule that runs is lost by an
 * error, whatever file it is in, nor by a folder that cannot be read or is suddenly empty: it is lost when a file that is
 * right does without it, and no other has taken it over within 5 s.
 *
 * @param now ms by the clock of `goneSince`
 */
export function settleRules(before: RulesInForce, found: FoundFiles, now: number): SettledRules {
  const isMissingNow = hasRules(before.texts.keys()) && !hasRules(found.plan.keys());
  const emptySince = isMissingNow ? (before.emptySince ?? now) : null;
  const wanted = wantedTexts(before.texts, found, emptySince !== null);
  const accepted = acceptTexts(wanted, before.texts);
  const gone = lostRules(before, accepted).removed.filter(
    (id) => !isBeingWritten(id, { before, wanted, accepted }),
  );
  const goneSince = new Map(gone.map((id) => [id, before.goneSince.get(id) ?? now]));
  const isOver = (id: string) => hasPassed(goneSince.get(id) ?? now, now);
  const safe = withoutLoss({ before, wanted, accepted, isOver });
  const { texts, loaded, refused } = tryEach({ before, wanted, accepted: safe, isOver });
  const waiting = [...goneSince].filter(([id]) => loaded.parts.has(id));
  return {
    inForce: { texts, loaded, goneSince: new Map(waiting), emptySince },
    refused,
    isMissingAll: emptySince !== null && hasPassed(emptySince, now),
    lookAgainAt: nextAfter(
      [...waiting.map(([, since]) => since), ...(emptySince === null ? [] : [emptySince])],
      now,
    ),
  };
}

function hasPassed(since: number, now: number): boolean {
  return now - since >= GONE_AFTER_MS;
}

/** When the next of these counts as gone. */
function nextAfter(sinces: readonly number[], now: number): number | null {
  const open = sinces.filter((since) => !hasPassed(since, now));
  return open.length === 0 ? null : Math.min(...open) + GONE_AFTER_MS;
}

/** A file that was changed and has errors has the rule, or names it: that may be where it is going. */
function isBeingWritten(id: string, { before, wanted, accepted }: Change): boolean {
  const wrong = new Set([...accepted.refused.keys(), ...errorsByFile(accepted.loaded).keys()]);
  return [...wrong].some((path) => {
    const text = wanted.get(path);
    const name = before.loaded.parts.get(id)?.id ?? id;
    return text !== before.texts.get(path) && text?.includes(JSON.stringify(name)) === true;
  });
}

function hasRules(paths: Iterable<string>): boolean {
  return [...paths].some((path) => path.startsWith('rules/'));
}

/** The texts as they are in the folders; what cannot be read, or cannot be known to be gone, as it was. */
function wantedTexts(before: Texts, { plan, folderProblems }: FoundFiles, isEmpty: boolean): Texts {
  const wanted = new Map<string, string>();
  for (const [path, file] of plan) {
    const text = file.kind === 'text' ? file.text : before.get(path);
    if (text !== undefined) wanted.set(path, text);
  }
  // Nobody takes away what a model has learnt: where its file is gone, the data folder lost it.
  const active = before.get(ACTIVATION_FILE);
  if (active !== undefined && !wanted.has(ACTIVATION_FILE)) wanted.set(ACTIVATION_FILE, active);
  return folderProblems.length === 0 && !isEmpty ? wanted : new Map([...before, ...wanted]);
}

interface Change {
  readonly before: RulesInForce;
  readonly wanted: Texts;
  readonly accepted: Accepted;
}

interface Step extends Change {
  /** Whether a rule that is gone has been gone for long enough. */
  readonly isOver: (id: string) => boolean;
}

/** Keeps the files of rules that are waited for; if rules would be lost all the same, everything is kept. */
function withoutLoss({ before, wanted, accepted, isOver }: Step): Accepted {
  const { removed, harmed } = lostRules(before, accepted);
  const waiting = removed.filter((id) => !isOver(id));
  if (harmed.length === 0 && waiting.length === 0) return accepted;
  if (harmed.length === 0) {
    const kept = acceptTexts(withKept(wanted, before, waiting), before.texts);
    if (isWithoutLoss(before, kept, isOver)) return kept;
  }
  return { texts: before.texts, loaded: before.loaded, refused: accepted.refused };
}

function withKept(wanted: Texts, { texts, loaded }: RulesInForce, ids: readonly string[]): Texts {
  const kept = new Map(wanted);
  for (const id of ids) {
    const path = loaded.parts.get(id)?.path ?? '';
    kept.set(path, texts.get(path) ?? '');
  }
  return kept;
}

/** Takes up what can be taken up by itself of what does not count yet, and says what is wrong with the rest. */
function tryEach({ before, wanted, accepted, isOver }: Step): Accepted {
  let taken = accepted;
  const refused = new Map<string, readonly Issue[]>();
  const open = [...new Set([...wanted.keys(), ...before.texts.keys()])].filter(
    (path) => wanted.get(path) !== accepted.texts.get(path),
  );
  for (const [index, path] of open.entries()) {
    const trial = index < TRIALS_MAX ? withOne(taken, path, { wanted, before }) : null;
    if (trial !== null && trial.errors.length === 0 && isWithoutLoss(before, trial.accepted, isOver)) {
      taken = trial.accepted;
    } else refused.set(path, trial?.errors ?? accepted.refused.get(path) ?? []);
  }
  return { ...taken, texts: inOrder(taken.texts), refused };
}

interface Trial {
  readonly accepted: Accepted;
  /** Those of the file; if it has none, those of files that were right without it. */
  readonly errors: readonly Issue[];
}

function withOne(
  taken: Accepted,
  path: string,
  { wanted, before }: { wanted: Texts; before: RulesInForce },
): Trial {
  const texts = new Map(taken.texts);
  const text = wanted.get(path);
  if (text === undefined) texts.delete(path);
  else texts.set(path, text);
  const loaded = loadInPrecedence(texts, before.texts);
  const wrongBefore = errorsByFile(taken.loaded);
  const errors = errorsByFile(loaded);
  const ofOthers = [...errors].filter(([file]) => !wrongBefore.has(file)).flatMap(([, issues]) => issues);
  return { accepted: { ...taken, texts, loaded }, errors: errors.get(path) ?? ofOthers };
}

function isWithoutLoss(before: RulesInForce, after: Accepted, isOver: (id: string) => boolean): boolean {
  const { removed, harmed } = lostRules(before, after);
  return harmed.length === 0 && removed.every(isOver);
}

/**
 * Rules that were in force and would be no more: `removed` by a file that does without them, or `harmed` by others,
 * while their own file says what it said.
 */
function lostRules(
  before: RulesInForce,
  { texts, loaded }: Pick<Accepted, 'texts' | 'loaded'>,
): { removed: string[]; harmed: string[] } {
  const removed: string[] = [];
  const harmed: string[] = [];
  for (const [id, { path }] of before.loaded.parts) {
    if (loaded.parts.has(id)) continue;
    const isUnchanged = texts.get(path) === before.texts.get(path);
    (isUnchanged ? harmed : removed).push(id);
  }
  return { removed, harmed };
}
