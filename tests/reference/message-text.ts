import type { Scalar } from '../../rules/reading.js';
import type { Template, TemplateFormat } from '../../rules/template.js';

const MAX_CHARACTERS = 1000;

/** Renders a message; a name that is unknown now (`null`) prints as `?`. */
export function messageText(template: Template, valueNamed: (name: string) => Scalar | null): string {
  const text = template.parts
    .map((part) => (part.kind === 'text' ? part.text : printed(valueNamed(part.name), part.format)))
    .join('');
  return Array.from(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '))
    .slice(0, MAX_CHARACTERS)
    .join('');
}

/** Whole seconds as the largest unit that is not zero and the next one, if that is not zero: `1h 5m`, `2d`, `0s`. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const units = [
    { name: 'd', count: Math.floor(seconds / 86_400) },
    { name: 'h', count: Math.floor(seconds / 3600) % 24 },
    { name: 'm', count: Math.floor(seconds / 60) % 60 },
    { name: 's', count: seconds % 60 },
  ];
  const largest = units.findIndex((unit) => unit.count > 0);
  if (largest < 0) return '0s';
  const shown = units.slice(largest, largest + 2).filter((unit) => unit.count > 0);
  return shown.map((unit) => `${unit.count}${unit.name}`).join(' ');
}

function printed(value: Scalar | null, format: TemplateFormat): string {
  if (value === null) return '?';
  if (typeof value !== 'number') return String(value);
  switch (format.kind) {
    case 'default':
      return String(Number(value.toPrecision(6)));
    case 'fixed':
      return value.toFixed(format.decimals).replace(/^-(?=[0.]*$)/, '');
    case 'rounded':
      return String(Math.floor(value + 0.5));
  }
}
