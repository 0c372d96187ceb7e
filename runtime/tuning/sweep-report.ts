import { referenceOf, resultOf, type SettingResult } from './setting-result.js';
import type { SettingRun } from './setting-run.js';
import { type Suggestion, suggestSetting } from './suggest-setting.js';
import { suggestionReasons } from './suggestion-text.js';
import { axisName, distanceOf, type Setting, type SweepAxis, writtenValue } from './sweep-axis.js';
import type { SweepPlan } from './sweep-plan.js';
import { addressOf } from './tunable.js';

/** What a sweep found. Times are epoch ms, as printed. */
export interface SweepReport {
  readonly axes: readonly SweepAxis[];
  readonly from: number | null;
  readonly to: number;
  readonly messages: number;
  readonly shortMs: number;
  /** The rules as they are. */
  readonly written: MeasuredSetting;
  readonly settings: readonly ReportedSetting[];
  readonly suggestion: Suggestion;
  /** In sentences. */
  readonly reasons: readonly string[];
}

export interface MeasuredSetting {
  readonly result: SettingResult;
  /** `null`: there are no receivers, or they are not known. */
  readonly notices: number | null;
}

export type ReportedSetting = {
  readonly setting: Setting;
  readonly isWritten: boolean;
} & (
  | { readonly kind: 'measured'; readonly measured: MeasuredSetting }
  | { readonly kind: 'impossible'; readonly problem: string }
);

export interface FinishedSweep {
  readonly plan: SweepPlan;
  readonly written: SettingRun<never>;
  /** By variant; those that are impossible or written have none. */
  readonly runs: ReadonlyMap<number, SettingRun<never>>;
  readonly from: number | null;
  readonly to: number;
  readonly messages: number;
  readonly shortMs: number;
}

/** Compares all settings with the rule as written, and picks one. */
export function sweepReport({
  plan,
  written,
  runs,
  from,
  to,
  messages,
  shortMs,
}: FinishedSweep): SweepReport {
  const { axes, variants } = plan;
  const reference = referenceOf(written.log, shortMs);
  const measure = ({ log, notices }: SettingRun<never>) => ({
    result: resultOf(log, reference, to),
    notices,
  });
  const writtenNow = measure(written);
  const settings = variants.map(({ setting, isWritten, plan: own }, index): ReportedSetting => {
    if (own.kind === 'impossible') return { setting, isWritten, kind: 'impossible', problem: own.problem };
    const run = runs.get(index);
    return { setting, isWritten, kind: 'measured', measured: run === undefined ? writtenNow : measure(run) };
  });
  const possible = settings.flatMap((one, index) => (one.kind === 'measured' ? [{ ...one, index }] : []));
  const suggestion = indexed(
    suggestSetting(
      writtenNow.result,
      possible.map(({ setting, measured }) => ({
        result: measured.result,
        distance: distanceOf(axes, setting),
      })),
      reference,
    ),
    possible.map(({ index }) => index),
  );
  const chosen = suggestion.kind === 'change' ? settings[suggestion.index] : undefined;
  const suggested = chosen?.kind === 'measured' ? chosen.measured : null;
  const reasons = suggestionReasons({
    suggestion,
    written: writtenNow.result,
    suggested: suggested?.result ?? null,
    shortMs,
    notices:
      writtenNow.notices === null || suggested === null || suggested.notices === null
        ? null
        : { written: writtenNow.notices, suggested: suggested.notices },
  });
  return { axes, from, to, messages, shortMs, written: writtenNow, settings, suggestion, reasons };
}

/** Counted among all settings, impossible ones too. */
function indexed(suggestion: Suggestion, indexes: readonly number[]): Suggestion {
  if (suggestion.kind !== 'change') return suggestion;
  const at = (index: number) => indexes[index] ?? 0;
  return { ...suggestion, index: at(suggestion.index), equal: suggestion.equal.map(at) };
}

/** The same for programs: one JSON value. */
export function sweepReportJson(report: SweepReport): string {
  const { axes, from, to, messages, shortMs, written, settings, suggestion, reasons } = report;
  const value = {
    from,
    to,
    messages,
    shortMs,
    sweeps: axes.map((axis) => ({
      name: axisName(axis),
      places: axis.tunables.map((tunable) => {
        const { file, line, column, endColumn } = tunable.document.locate(tunable.span);
        return { address: addressOf(tunable), written: tunable.written, file, line, column, endColumn };
      }),
    })),
    written: { set: axes.map(writtenValue), ...numbers(written) },
    settings: settings.map((one) => ({
      set: one.setting,
      isWritten: one.isWritten,
      ...(one.kind === 'measured' ? numbers(one.measured) : { problem: one.problem }),
    })),
    suggestion: {
      kind: suggestion.kind,
      set: suggestion.kind === 'change' ? (settings[suggestion.index]?.setting ?? null) : null,
      reasons,
    },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function numbers({ result, notices }: MeasuredSetting): object {
  return { ...result, notices };
}
