import { textWidth } from '../rules/format/text-width.js';

/** A number stays with its sign or unit: `45 °C`, `5 %`. */
const BREAKS = / (?![^\p{L}\p{N}\p{P}\s]|%)/u;

/** A text in lines of at most so many columns, broken between words; a longer word has a line to itself. */
export function wrappedText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAKS)) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
