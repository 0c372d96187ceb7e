import { parseDuration } from '../../rules/format/duration.js';
import type { Edit } from './edited-files.js';
import { findTunables, NoSuchTunable } from './find-tunables.js';
import { sweepValues } from './sweep-values.js';
import { addressOf, type Tunable, type TunableType } from './tunable.js';

/** One `--sweep`: `oil-hot.deadband=0..5`, taken apart. */
export interface SweepOption {
  readonly address: string;
  readonly values: string;
}

/** What one sweep means in the rules at hand. */
export interface SweepAxis {
  readonly option: SweepOption;
  /** Set together. */
  readonly tunables: readonly Tunable[];
  readonly values: readonly string[];
}

/** A value for each axis. */
export type Setting = readonly string[];

/** `null`: it is no sweep. */
export function parseSweep(text: string): SweepOption | null {
  // A key of a rule never has one.
  const at = text.indexOf('=');
  const [address, values] = [text.slice(0, Math.max(0, at)).trim(), text.slice(at + 1).trim()];
  return at < 0 || address === '' || values === '' ? null : { address, values };
}

/**
 * @throws {NoSuchTunable}
 * @throws {BadValues}
 */
export function sweepAxis(option: SweepOption, tunables: readonly Tunable[]): SweepAxis {
  const found = findTunables(option.address, tunables);
  return { option, tunables: found, values: sweepValues(option.values, typeOf(option, found)) };
}

/** Of places that are set together: whole numbers where one of them must be. */
function typeOf({ address }: SweepOption, tunables: readonly Tunable[]): TunableType {
  const types = new Set(tunables.map(({ type }) => type));
  if (types.size === 1) return tunables[0]?.type ?? 'number';
  if (!types.has('duration')) return 'whole';
  const places = tunables.map((tunable) => `${addressOf(tunable)} (${tunable.written ?? 'not set'})`);
  throw new NoSuchTunable(
    `'${address}' means times and numbers, which cannot be set together: ${places.join(', ')}`,
  );
}

/** Every combination, the last axis changing fastest. */
export function settingsOf(axes: readonly SweepAxis[]): Setting[] {
  return axes.reduce<Setting[]>(
    (settings, { values }) => settings.flatMap((setting) => values.map((value) => [...setting, value])),
    [[]],
  );
}

export function editsOf(axes: readonly SweepAxis[], setting: Setting): Edit[] {
  return axes.flatMap(({ tunables }, index) => tunables.map((tunable) => tunable.edit(setting[index] ?? '')));
}

/** What is written now, if all places say the same; what is left out is zero, where that means the same. */
export function writtenValue({ tunables }: SweepAxis): string | null {
  const [first, ...others] = new Set(tunables.map(valueNow));
  return others.length > 0 ? null : (first ?? null);
}

function valueNow({ written, type, path }: Tunable): string | null {
  if (written !== null) return written;
  return ZERO_IF_LEFT_OUT.has(path.at(-1) ?? '') ? (type === 'duration' ? '0s' : '0') : null;
}

const ZERO_IF_LEFT_OUT: ReadonlySet<string> = new Set(['deadband', 'for', 'keepFor']);

export function isWritten(axes: readonly SweepAxis[], setting: Setting): boolean {
  return axes.every((axis, index) => {
    const now = writtenValue(axis);
    return now !== null && amountOf(now) === amountOf(setting[index] ?? '');
  });
}

/** How far a setting is from what is written, 0 to 1: the mean over the axes, each by its own range. */
export function distanceOf(axes: readonly SweepAxis[], setting: Setting): number {
  const distances = axes.map((axis, index) => {
    const now = writtenValue(axis);
    const amounts = [...axis.values, ...(now === null ? [] : [now])].map(amountOf);
    const range = Math.max(...amounts) - Math.min(...amounts);
    const from = now === null ? Math.min(...amounts) : amountOf(now);
    return range === 0 ? 0 : Math.abs(amountOf(setting[index] ?? '') - from) / range;
  });
  return distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
}

/** A duration as ms. */
function amountOf(value: string): number {
  return parseDuration(value) ?? Number(value);
}

/** How the values of an axis are headed: the address of its only place, or what was typed. */
export function axisName({ option, tunables }: SweepAxis): string {
  const [only, ...others] = tunables;
  return only === undefined || others.length > 0 ? option.address : addressOf(only);
}
