import type { Plan } from '../../rules/engine.js';
import type { SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import type { Rule, Severity } from '../../rules/rule.js';
import { loadPlan } from '../site/load-plan.js';
import type { Watched } from './alarm-log.js';
import { editedFiles } from './edited-files.js';
import { NoSuchTunable } from './find-tunables.js';
import { neededFiles, neededPlan } from './needed-plan.js';
import {
  editsOf,
  isWritten,
  type Setting,
  type SweepAxis,
  type SweepOption,
  settingsOf,
  sweepAxis,
} from './sweep-axis.js';
import { type Tunable, tunablesOf } from './tunable.js';

/** More settings than this run beside each other neither fast nor in little memory. */
const SETTINGS_MAX = 250;

/** What cannot be swept; the message says why. */
export class BadSweep extends Error {}

/** Everything that is to run. */
export interface SweepPlan {
  readonly wish: SweepWish;
  readonly axes: readonly SweepAxis[];
  /** The rules as they are. */
  readonly written: Plan;
  readonly variants: readonly Variant[];
  /** What is counted. */
  readonly watched: readonly Watched[];
}

export interface Variant {
  readonly setting: Setting;
  /** It says what is written. */
  readonly isWritten: boolean;
  readonly plan: SettingPlan;
}

export type SettingPlan =
  | { readonly kind: 'possible'; readonly plan: Plan }
  /** The rule would be refused, for this reason. */
  | { readonly kind: 'impossible'; readonly problem: string };

export interface SweepWish {
  readonly sweeps: readonly SweepOption[];
  /** Only in these rules; none: in all. */
  readonly rules: readonly string[];
}

/**
 * Works out what to run, from the files of a site.
 *
 * @throws {BadSweep}
 * @throws {NoSuchTunable}
 * @throws {BadValues}
 */
export function planSweep(files: readonly SourceFile[], wish: SweepWish): SweepPlan {
  const loaded = loadPlan(files);
  const axes = axesIn(loaded, wish);
  const settings = settingsOf(axes);
  if (settings.length > SETTINGS_MAX) {
    throw new BadSweep(
      `${axes.map(({ values }) => values.length).join(' × ')} are ${settings.length} settings, ${SETTINGS_MAX} are possible: take fewer values or larger steps`,
    );
  }
  const ids = rulesOf(axes);
  const needed = neededFiles(files, loaded, neededPlan(loaded.plan, ids));
  return {
    wish,
    axes,
    written: neededPlan(loaded.plan, ids),
    variants: settings.map((setting) => ({
      setting,
      isWritten: isWritten(axes, setting),
      plan: settingPlan(needed, axes, setting),
    })),
    watched: watchedBy(axes, loaded.rules),
  };
}

/**
 * What a setting makes of other versions of the files, as a journal has them. A version without the key is left as it is.
 *
 * @param setting `null`: the rules as they are
 */
export function planOfSetting(files: readonly SourceFile[], sweep: SweepPlan, setting: Setting | null): Plan {
  const loaded = loadPlan(files);
  const written = neededPlan(loaded.plan, rulesOf(sweep.axes));
  if (setting === null) return written;
  const axes = axesOrNull(loaded, sweep.wish);
  if (axes === null) return written;
  const changed = settingPlan(neededFiles(files, loaded, written), axes, setting);
  return changed.kind === 'possible' ? changed.plan : written;
}

function axesOrNull(loaded: LoadedRules, wish: SweepWish): readonly SweepAxis[] | null {
  try {
    return axesIn(loaded, wish);
  } catch (error) {
    if (error instanceof NoSuchTunable) return null;
    throw error;
  }
}

function axesIn({ rules, origins }: LoadedRules, wish: SweepWish): SweepAxis[] {
  const chosen = rules.filter(
    ({ id, enabled }) => enabled && (wish.rules.length === 0 || wish.rules.includes(id)),
  );
  const tunables: Tunable[] = chosen.flatMap(({ id }) => {
    const origin = origins.get(id);
    return origin === undefined ? [] : tunablesOf(id, origin);
  });
  const axes = wish.sweeps.map((option) => sweepAxis(option, tunables));
  refuseTwice(axes);
  return axes;
}

function refuseTwice(axes: readonly SweepAxis[]): void {
  const spans = new Set<string>();
  for (const { tunables, option } of axes) {
    for (const { rule, path } of tunables) {
      const key = `${rule}.${path.join('.')}`;
      if (spans.has(key))
        throw new BadSweep(`'${option.address}' sets ${key}, which another --sweep sets too`);
      spans.add(key);
    }
  }
}

function rulesOf(axes: readonly SweepAxis[]): ReadonlySet<string> {
  return new Set(axes.flatMap(({ tunables }) => tunables.map(({ rule }) => rule)));
}

function settingPlan(
  files: readonly SourceFile[],
  axes: readonly SweepAxis[],
  setting: Setting,
): SettingPlan {
  const ids = rulesOf(axes);
  const { plan, issues } = loadPlan(editedFiles(files, editsOf(axes, setting)));
  const missing = [...ids].some((id) => plan.rules.every((rule) => rule.id !== id));
  const error = issues.find(({ severity }) => severity === 'error');
  if (missing) return { kind: 'impossible', problem: problemText(error) };
  return { kind: 'possible', plan: neededPlan(plan, ids) };
}

function problemText(issue: Issue | undefined): string {
  return issue === undefined ? 'the rule would be refused' : `${issue.message} ${issue.hint ?? ''}`.trim();
}

/**
 * Where only what one severity needs is swept, the alarms of that severity are counted; otherwise all of the rule, at whatever
 * severity.
 */
function watchedBy(axes: readonly SweepAxis[], rules: readonly Rule[]): Watched[] {
  const watched = new Map<string, Watched>();
  for (const { rule, path } of axes.flatMap(({ tunables }) => tunables)) {
    const levels = rules.find(({ id }) => id === rule)?.levels.map(({ severity }) => severity) ?? [];
    const [when, level] = path;
    const own = levels.find((severity) => when === 'when' && severity === level);
    for (const severity of [own ?? lowest(levels)]) watched.set(`${rule} ${severity}`, { rule, severity });
  }
  return [...watched.values()];
}

/** Levels are sorted, the highest first. */
function lowest(levels: readonly Severity[]): Severity {
  return levels.at(-1) ?? 'info';
}
