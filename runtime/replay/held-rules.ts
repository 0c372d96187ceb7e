import { partOf } from '../../rules/engine/plan-split.js';
import type { Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import { loadPlan } from '../site/load-plan.js';

/**
 * While new and changed rules are warmed up older versions go on, so that what is in force is not what the files of the
 * site say: one more file beside them says what is. No folder of a site has a file of this name.
 *
 * Example of its text: `{"without":["new-rule"],"held":[{"units":["changed-rule"],"files":[["rules/a.json","…"]]}]}`
 */
const HELD_FILE = 'rules-held';

/** Units are rules by id, views and models as `view:id` and `model:id`. */
export interface HeldRules {
  /** Of what the files say these do not run yet. */
  readonly without: readonly string[];
  /** These run as other files say, which were in force before. */
  readonly held: readonly HeldGroup[];
}

export interface HeldGroup {
  readonly units: readonly string[];
  readonly files: readonly SourceFile[];
}

/** Files of a site, and what of them is not in force yet, as files. */
export function withHeld(files: readonly SourceFile[], { without, held }: HeldRules): SourceFile[] {
  const groups = held.map((group) => ({
    units: group.units,
    files: group.files.map(({ path, text }) => [path, text]),
  }));
  return [...files, { path: HELD_FILE, text: JSON.stringify({ without, held: groups }) }];
}

export function heldIn(files: readonly SourceFile[]): HeldRules | null {
  const file = files.find(({ path }) => path === HELD_FILE);
  if (file === undefined) return null;
  // Written by this program.
  const content: {
    without: readonly string[];
    held: readonly { units: readonly string[]; files: readonly (readonly [string, string])[] }[];
  } = JSON.parse(file.text);
  const held = content.held.map((group) => ({
    units: group.units,
    files: group.files.map(([path, text]) => ({ path, text })),
  }));
  return { without: content.without, held };
}

/** Without what says that older versions go on. */
export function ownFiles(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => path !== HELD_FILE);
}

/** Of these files, and of those that older versions are in. */
export function allFiles(files: readonly SourceFile[]): SourceFile[] {
  const held = heldIn(files)?.held ?? [];
  return [...ownFiles(files), ...held.flatMap((group) => group.files)];
}

/**
 * What is right in these files of a site, as they were when the record was written; their folders say what they are.
 * Where there are models, `modelKindsFor(allFiles(files))` was waited for before.
 */
export function planOfFiles(files: readonly SourceFile[]): Plan {
  const { plan } = loadPlan(ownFiles(files));
  const held = heldIn(files);
  return held === null ? plan : heldBack(plan, held, (files) => loadPlan(files).plan);
}

/** @param planOf what files said that were in force before, of the units of a group at least */
export function heldBack(
  plan: Plan,
  { without, held }: HeldRules,
  planOf: (files: readonly SourceFile[]) => Plan,
): Plan {
  const others = new Set([...without, ...held.flatMap(({ units }) => units)]);
  const parts = [
    partOf(plan, others, false),
    ...held.map(({ units, files }) => partOf(planOf(files), new Set(units))),
  ];
  return {
    rules: parts.flatMap(({ rules }) => rules),
    views: parts.flatMap(({ views }) => views),
    models: parts.flatMap(({ models }) => models),
  };
}
