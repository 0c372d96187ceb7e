import { spanText } from '../../replay/story/span-text.js';
import { formatTime } from '../../replay/time-text.js';
import { axisName, writtenValue } from '../../tuning/sweep-axis.js';
import type { MeasuredSetting, ReportedSetting, SweepReport } from '../../tuning/sweep-report.js';
import type { Style } from '../style.js';
import { counted, paragraph } from '../text-layout.js';

export interface SweepPageOptions {
  readonly width: number;
  readonly style: Style;
}

/**
 * What a sweep found, as a table, and what is suggested:
 *
 * ```text
 *      deadband  fired    alarm   min     max  short  chatter  lost  late  notices
 * now         0     41      12m    2s   4m 3s     38       31     0    0s       12
 * →         2.5      3      13m   55s   4m 9s      1        0     0    0s        4
 * ```
 */
export function sweepPage(report: SweepReport, { width, style }: SweepPageOptions): string {
  const { axes, settings, suggestion, reasons, shortMs } = report;
  const columns = columnsFor(report);
  const head = ['', ...axes.map(headOf), ...columns.map(({ head: text }) => text)];
  const rows = [
    ...(settings.some(({ isWritten }) => isWritten) ? [] : [nowCells(report, columns)]),
    ...settings.map((one, index) => settingCells(one, mark(one, index, report), columns)),
  ];
  const chosen = suggestion.kind === 'change' ? settings[suggestion.index] : undefined;
  const table = aligned([head, ...rows]);
  const lines = table.map((line, index) => {
    if (index === 0) return style('bold', line);
    return line.startsWith('→') ? style('green', line) : line;
  });
  return `${[
    ...paragraph(headline(report), { indent: 0, width }),
    ...axes.map((axis) => `  ${axisName(axis)}, ${nowText(axis)}`),
    '',
    ...lines,
    ...impossible(settings, width),
    '',
    ...paragraph(legend(shortMs), { indent: 0, width }).map((line) => style('dim', line)),
    '',
    style('bold', chosen === undefined ? 'No change is suggested.' : `Suggested: ${choice(report, chosen)}`),
    ...reasons.flatMap((reason) => paragraph(reason, { indent: 2, width })),
    ...equals(report).flatMap((text) => paragraph(text, { indent: 2, width })),
  ].join('\n')}\n`;
}

interface Column {
  readonly head: string;
  readonly cell: (measured: MeasuredSetting) => string;
}

function columnsFor({ written, settings }: SweepReport): Column[] {
  const span = (ms: number | null) => (ms === null ? '-' : spanText(ms));
  const number = (value: number) => value.toLocaleString('en-US');
  const isOverfull = settings.some((one) => one.kind === 'measured' && one.measured.result.isOverfull);
  return [
    {
      head: 'fired',
      cell: ({ result }) => `${number(result.firings)}${isOverfull && result.isOverfull ? '!' : ''}`,
    },
    { head: 'alarm', cell: ({ result }) => span(result.alarmMs) },
    { head: 'min', cell: ({ result }) => span(result.shortestMs) },
    { head: 'max', cell: ({ result }) => span(result.longestMs) },
    { head: 'short', cell: ({ result }) => number(result.short) },
    { head: 'chatter', cell: ({ result }) => number(result.chattering) },
    { head: 'lost', cell: ({ result }) => number(result.lost) },
    { head: 'late', cell: ({ result }) => span(result.kept === 0 ? null : result.delayMsMax) },
    ...(written.notices === null
      ? []
      : [{ head: 'notices', cell: ({ notices }: MeasuredSetting) => number(notices ?? 0) }]),
  ];
}

function headline({ messages, from, to }: SweepReport): string {
  if (from === null) return 'No messages.';
  return `${counted(messages, 'message')}, ${formatTime(from)} to ${formatTime(to)} UTC (${spanText(to - from)})`;
}

function nowText(axis: SweepReport['axes'][number]): string {
  const now = writtenValue(axis);
  if (now !== null) return `now ${now}`;
  return axis.tunables.length > 1 ? 'now different ones' : 'now not set';
}

/** The last of the address is enough: the whole of it stands above. */
function headOf(axis: SweepReport['axes'][number], index: number, all: SweepReport['axes']): string {
  const last = (name: string) => name.split('.').at(-1) ?? name;
  const short = last(axisName(axis));
  const isClear = all.every((other, at) => at === index || last(axisName(other)) !== short);
  return isClear ? short : `${short} ${index + 1}`;
}

function mark({ isWritten }: ReportedSetting, index: number, { suggestion }: SweepReport): string {
  if (suggestion.kind === 'change' && suggestion.index === index) return '→';
  return isWritten ? 'now' : '';
}

function nowCells({ axes, written }: SweepReport, columns: readonly Column[]): string[] {
  return [
    'now',
    ...axes.map((axis) => writtenValue(axis) ?? '-'),
    ...columns.map(({ cell }) => cell(written)),
  ];
}

function settingCells(one: ReportedSetting, first: string, columns: readonly Column[]): string[] {
  const cells =
    one.kind === 'measured' ? columns.map(({ cell }) => cell(one.measured)) : columns.map(() => '·');
  return [first, ...one.setting, ...cells];
}

/** Columns are as wide as they need to be, their texts at the right; marks at the left. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function impossible(settings: readonly ReportedSetting[], width: number): string[] {
  const bad = settings.flatMap((one) => (one.kind === 'impossible' ? [one] : []));
  const problems = [...new Set(bad.map(({ problem }) => problem))];
  return problems.flatMap((problem) => {
    const which = bad.filter((one) => one.problem === problem).map(({ setting }) => setting.join(' '));
    return paragraph(`· ${which.join(', ')}: not possible. ${problem}`, { indent: 0, width });
  });
}

function legend(shortMs: number): string {
  return `alarm: time in alarm, min and max: its shortest and longest. short: over in less than ${spanText(shortMs)}. chatter: fired for the third time within a minute. lost: long alarms of the rule as it is written that are not raised. late: by how much later than now the latest of the others comes.`;
}

function choice({ axes }: SweepReport, { setting }: ReportedSetting): string {
  return axes.map((axis, index) => `${axisName(axis)} = ${setting[index]}`).join(', ');
}

function equals({ suggestion, settings, axes }: SweepReport): string[] {
  if (suggestion.kind !== 'change' || suggestion.equal.length === 0) return [];
  const names = suggestion.equal.map((index) => settings[index]?.setting.join(' ') ?? '');
  const which = axes.length === 1 ? names.join(', ') : names.slice(0, 8).join('; ');
  return [
    `The same is given by ${which}. What is suggested is the smallest change; another one leaves more margin.`,
  ];
}
