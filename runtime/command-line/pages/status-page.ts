import type { Issue } from '../../../rules/format/issue.js';
import type { AlertView, ConnectionView, FileView, StatusView } from '../../control/control-views.js';
import { oneLine } from '../../delivery/plain-text.js';
import { zonedTime } from '../../delivery/zoned-time.js';
import { spanText } from '../../replay/story/span-text.js';
import { bytesText } from '../bytes-text.js';
import { column, counted, cut, paragraph } from '../text-layout.js';
import { alertLines } from './alert-list.js';
import type { PageOptions } from './page-options.js';

/** Where the second column begins. */
const INDENT = 13;

/** How a site is doing, on one screen; what needs somebody's attention comes last, and only if there is something. */
export function statusPage(status: StatusView, options: PageOptions): string {
  const { intake, outbox, storage } = status;
  const lines = [
    heading(status, options),
    '',
    entry('messages', `${count(intake.messages)} taken, with ${counted(intake.readings, 'reading')}`),
    ...rejectedLines(intake.rejected, options),
    ...sampleLines(intake, options),
    entry('rules', rulesText(status)),
    ...warmingLines(status, options),
    ...status.connections.flatMap((connection, index) => [
      entry(index === 0 ? 'connections' : '', connectionText(connection, options)),
      ...downLines(connection, options),
    ]),
    entry('storage', storageText(storage)),
    ...(storage.degraded ? [entry('', options.style('red', 'nothing can be stored at present'))] : []),
    entry('notices', noticesText(status)),
    entry('waiting', waitingText(outbox)),
    ...fileLines(status.files, options),
    ...systemLines(status.system, options),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function heading({ gateway, version, pid, startedAt }: StatusView, options: PageOptions): string {
  const { style, now, timezone } = options;
  const state =
    pid === null || startedAt === null
      ? style('yellow', 'not running')
      : `${style('green', 'running')} for ${spanText(Math.max(0, now - startedAt))}, since ${zonedTime(startedAt, timezone)} (pid ${pid})`;
  return `${style('bold', gateway)}  tocsin ${version}\n${state}`;
}

function entry(name: string, text: string): string {
  return `${column(name, INDENT)}${text}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12 not taken as they came: 10 malformed, 2 oversized` */
function rejectedLines(rejected: StatusView['intake']['rejected'], { width, style }: PageOptions): string[] {
  const reasons = Object.entries(rejected).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return [];
  const total = reasons.reduce((sum, [, times]) => sum + times, 0);
  const parts = reasons.map(([reason, times]) => `${count(times)} ${reason}`).join(', ');
  const text = `${count(total)} not taken, or not as they came: ${parts}`;
  return paragraph(text, { indent: INDENT, width }).map((line) => style('yellow', line));
}

/** What was wrong is seen in what was sent; the reasons met most often say most. */
const SAMPLES_MAX = 3;

/** One message for each of the reasons. It was made printable where it came in. */
function sampleLines({ rejected, samples = [] }: StatusView['intake'], { width }: PageOptions): string[] {
  const times = (reason: string) => rejected[reason] ?? 0;
  const shown = [...samples].sort((a, b) => times(b.reason) - times(a.reason)).slice(0, SAMPLES_MAX);
  const line = (text: string, indent: number) => `${' '.repeat(indent)}${cut(oneLine(text), width - indent)}`;
  return shown.flatMap(({ reason, topic, sender, payload }) => [
    line(`${reason}, as ${topic} from ${sender}:`, INDENT),
    line(payload === '' ? '(nothing)' : payload, INDENT + 2),
  ]);
}

function rulesText({ engine: { rules, instances, lagMs } }: StatusView): string {
  const behind = lagMs > 1000 ? `, ${spanText(Math.round(lagMs))} behind` : '';
  return `${counted(rules, 'rule')}, which watch ${counted(instances, 'instance')}${behind}`;
}

/** `warming up: mean, view:lines` */
function warmingLines({ engine: { warming } }: StatusView, { width, style }: PageOptions): string[] {
  if (warming.length === 0) return [];
  const text = `warming up: ${warming.join(', ')}`;
  return paragraph(text, { indent: INDENT, width }).map((line) => style('yellow', line));
}

function connectionText(connection: ConnectionView, { now, style, width }: PageOptions): string {
  const { name, address, state, since, clients } = connection;
  const span = since === null ? '' : ` for ${spanText(Math.max(0, now - since))}`;
  const people = clients === null ? '' : `, ${counted(clients, 'client')}`;
  const never = state === 'down' && since === null ? 'never up' : `${state}${span}`;
  const text = cut(`${column(name, 10)}  ${address}  ${never}${people}`, width - INDENT);
  return state === 'up' ? text : style('red', text);
}

/** Why it is down, whole: the end of it is what helps. */
function downLines({ state, lastError }: ConnectionView, { width, style }: PageOptions): string[] {
  if (state === 'up' || lastError === null) return [];
  return paragraph(lastError, { indent: INDENT + 2, width }).map((line) => style('red', line));
}

function storageText({ mode, journalBytes, commits }: StatusView['storage']): string {
  return `${mode}, journal of ${bytesText(journalBytes)}, ${counted(commits, 'commit')}`;
}

/** `7 owed: 6 delivered, 1 suppressed` */
function noticesText({ accounting: { raised, ...states } }: StatusView): string {
  const parts = Object.entries(states)
    .filter(([, times]) => times > 0)
    .map(([state, times]) => `${count(times)} ${state}`);
  return `${count(raised)} owed${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function waitingText({ queued, oldestMs, dead }: StatusView['outbox']): string {
  const oldest = oldestMs === null ? '' : `, the oldest for ${spanText(Math.round(oldestMs))}`;
  const letters = dead === 0 ? '' : `; ${counted(dead, 'dead letter')}`;
  return `${counted(queued, 'notice')}${oldest}${letters}`;
}

function fileLines(files: readonly FileView[], options: PageOptions): string[] {
  const bad = files.filter(({ state, errors }) => state !== 'ok' || errors.length > 0);
  const all = counted(files.length, 'file');
  if (bad.length === 0) return [entry('files', `${all}, all right`)];
  return [
    entry('files', `${all}, ${bad.length} of them not as ${bad.length === 1 ? 'it' : 'they'} should be`),
    ...bad.flatMap((file) => fileText(file, options)),
    ...paragraph(`Look closer: ${options.command('check')}`, { indent: INDENT, width: options.width }),
  ];
}

const FILE_TEXTS: Readonly<Record<FileView['state'], string>> = {
  ok: 'is taken up',
  'last-good': 'has errors: what it said before is in force',
  broken: 'has errors: only what is right in it is in force',
  missing: 'is gone: what it said is in force',
};

function fileText({ file, state, errors }: FileView, { width, style }: PageOptions): string[] {
  const waits = state === 'last-good' && errors.length === 0;
  const text = waits ? 'is taken up in a moment, if no rule turns up elsewhere' : FILE_TEXTS[state];
  return [
    ...paragraph(`${file} ${text}`, { indent: INDENT, width }).map((line) => style('yellow', line)),
    ...errors.flatMap((issue) => paragraph(issueText(issue), { indent: INDENT + 2, width })),
  ];
}

function issueText({ file, line, column: place, message }: Issue): string {
  return `${file}:${line}:${place}: ${message}`;
}

function systemLines(system: readonly AlertView[], options: PageOptions): string[] {
  return system.length === 0 ? [] : ['', ...system.flatMap((alert) => alertLines(alert, options))];
}
