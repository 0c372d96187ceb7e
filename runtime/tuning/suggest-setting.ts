import { incidentMs, type Reference, type SettingResult } from './setting-result.js';

/** A setting beside the others. */
export interface WeighedSetting {
  readonly result: SettingResult;
  /** How far it is from what is written, 0 to 1, by the range that was swept. */
  readonly distance: number;
}

/** What to do, and why. Indexes are those of the settings. */
export type Suggestion =
  | {
      readonly kind: 'change';
      readonly index: number;
      /** Those that give exactly the same. */
      readonly equal: readonly number[];
    }
  /** No setting is better. */
  | { readonly kind: 'keep' }
  /** The recording says nothing about it. */
  | { readonly kind: 'nothing-fired' | 'nothing-long' };

/**
 * Of what could be spared, a setting need not spare the last tenth: the last few alarms are bought dearly, with long delays.
 */
const SPARED = 0.9;
/** Nobody minds a delay of a tenth of what is too short to be of use. */
const DELAY_SHARE = 0.1;
/** A setting may be in alarm for longer, but for no more than this times as long as something was wrong. */
const ALARM_FACTOR_MAX = 2;

/**
 * Picks the setting that an alarm engineer would: no long alarm of the rule as written may be lost; then at least nine tenths
 * of the short, chattering and added alarms that can be spared are; then alarms come the least later; then the fewest of those
 * are left; then it is the smallest change.
 */
export function suggestSetting(
  written: SettingResult,
  settings: readonly WeighedSetting[],
  reference: Reference,
): Suggestion {
  if (written.firings === 0) return { kind: 'nothing-fired' };
  if (written.kept + written.lost === 0) return { kind: 'nothing-long' };
  const alarmMsMax = Math.max(written.alarmMs, ALARM_FACTOR_MAX * incidentMs(reference));
  const possible = settings
    .map((setting, index) => ({ ...setting, index }))
    .filter(({ result }) => result.lost === 0 && !result.isOverfull && result.alarmMs <= alarmMsMax);
  const least = Math.min(written.nuisance, ...possible.map(({ result }) => result.nuisance));
  if (least >= written.nuisance) return { kind: 'keep' };
  const enough = Math.max(least, written.nuisance - SPARED * (written.nuisance - least));
  const delay = ({ delayMsMax }: SettingResult) => Math.max(delayMsMax, reference.shortMs * DELAY_SHARE);
  const [best] = possible
    .filter(({ result }) => result.nuisance <= enough)
    .sort(
      (a, b) =>
        delay(a.result) - delay(b.result) ||
        a.result.nuisance - b.result.nuisance ||
        a.distance - b.distance ||
        a.index - b.index,
    );
  if (best === undefined) return { kind: 'keep' };
  const equal = possible.filter(({ index, result }) => index !== best.index && isSame(result, best.result));
  return { kind: 'change', index: best.index, equal: equal.map(({ index }) => index) };
}

function isSame(a: SettingResult, b: SettingResult): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
