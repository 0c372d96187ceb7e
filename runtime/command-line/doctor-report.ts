import { textWidth } from '../../rules/format/text-width.js';
import { oneLine } from '../delivery/plain-text.js';
import type { Finding, Verdict } from '../doctor/finding.js';
import { wrappedText } from '../wrapped-text.js';
import type { Style } from './style.js';

const MARKS: Readonly<Record<Verdict, string>> = { ok: 'ok', warning: 'warn', failure: 'FAIL' };
const COLOURS = { ok: 'green', warning: 'yellow', failure: 'red' } as const;
const MARK_WIDTH = 4;
const WIDTH = 80;
const ABOUT_WIDTH_MAX = 24;

/** One line for each finding, what to do about it below, and how many of each there are. */
export function doctorReport(findings: readonly Finding[], style: Style): string {
  const aboutWidth = Math.min(ABOUT_WIDTH_MAX, Math.max(...findings.map(({ about }) => textWidth(about))));
  const indent = MARK_WIDTH + 2 + aboutWidth + 2;
  const lines = findings.flatMap(({ about, verdict, message, advice }) => {
    const [first = '', ...rest] = wrappedText(oneLine(message), WIDTH - indent);
    const mark = style(COLOURS[verdict], MARKS[verdict].padEnd(MARK_WIDTH));
    const name = `${about}${' '.repeat(Math.max(0, aboutWidth - textWidth(about)))}`;
    const advised = advice === null ? [] : wrappedText(oneLine(advice), WIDTH - indent - 2);
    return [
      `${mark}  ${name}  ${first}`,
      ...rest.map((line) => `${' '.repeat(indent)}${line}`),
      ...advised.map((line, index) =>
        style('cyan', `${' '.repeat(indent)}${index === 0 ? '→ ' : '  '}${line}`),
      ),
    ];
  });
  return `${lines.join('\n')}\n\n${countText(findings)}\n`;
}

/** `9 ok, 1 warning, 2 failures` */
function countText(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const counted = (verdict: 'warning' | 'failure') =>
    count(verdict) === 0 ? [] : [`${count(verdict)} ${verdict}${count(verdict) === 1 ? '' : 's'}`];
  return [`${count('ok')} ok`, ...counted('warning'), ...counted('failure')].join(', ');
}
