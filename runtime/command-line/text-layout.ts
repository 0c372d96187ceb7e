import { textWidth } from '../../rules/format/text-width.js';
import { oneLine } from '../delivery/plain-text.js';

/** Wide enough for what is said; a wider terminal is not used, long lines read badly. */
export const PAGE_WIDTH = 80;

/** Text from outside, broken between words into lines of at most so many columns, each behind an indentation. */
export function paragraph(text: string, { indent, width }: { indent: number; width: number }): string[] {
  const room = width - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${' '.repeat(indent)}${cut(one, room)}`);
}

/** At most so many columns; what was cut shows as `…`. */
export function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let shown = '';
  let used = 1;
  for (const character of text) {
    used += textWidth(character);
    if (used > columns) break;
    shown += character;
  }
  return `${shown}…`;
}

/** Exactly so many columns. */
export function column(text: string, columns: number): string {
  const shown = cut(text, columns);
  return shown + ' '.repeat(columns - textWidth(shown));
}

/** A text at the left edge and one at the right; the left one is cut if both do not fit. */
export function edges(left: string, right: string, width: number): [left: string, right: string] {
  return [column(left, width - textWidth(right) - 2), `  ${right}`];
}

/** `line=l1 machine=m1`, as it is typed; empty without labels. */
export function labelArguments(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${shellWord(oneLine(value))}`)
    .join(' ');
}

const PLAIN = /^[\p{L}\p{N}._:/@%+,-]+$/u;

/** A text as one word of a shell's command line. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `1 alert`, `1,234 alerts` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
