import type { Scalar } from '../reading.js';
import type { Template, TemplateFormat } from '../template.js';

const LONGEST_MESSAGE = 1000;
const SIGNIFICANT_DIGITS = 6;

/** Renders a message; `lookUp` gives what a name stands for, `null` where it is unknown. */
export function messageText(template: Template, lookUp: (name: string) => Scalar | null): string {
  let text = '';
  for (const part of template.parts) {
    text += part.kind === 'text' ? part.text : formatValue(lookUp(part.name), part.format);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go, they could forge lines in logs and headers.
  return cut(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' '));
}

/** Between characters: half of one is no text. */
function cut(text: string): string {
  return text.length <= LONGEST_MESSAGE ? text : Array.from(text).slice(0, LONGEST_MESSAGE).join('');
}

/** `null` prints as `?`; formats matter to numbers only. */
export function formatValue(value: Scalar | null, format: TemplateFormat): string {
  if (value === null) return '?';
  if (typeof value !== 'number') return String(value);
  switch (format.kind) {
    case 'default':
      return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
    case 'rounded':
      return withoutMinusZero(String(Math.round(value)));
    case 'fixed':
      return withoutMinusZero(value.toFixed(format.decimals));
  }
}

/** `-0.00` and the like lose their sign. */
function withoutMinusZero(text: string): string {
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

const UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** A duration for people: the largest unit and the next one if it counts, in whole seconds: `1h 5m`, `45s`. */
export function durationText(ms: number): string {
  let seconds = Math.floor(Math.max(ms, 0) / 1000);
  const index = UNITS.findIndex(([, size]) => seconds >= size);
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(index < 0 ? UNITS.length - 1 : index).slice(0, 2)) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 || parts.length === 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}
