import type { PageOptions } from '../../../../runtime/command-line/pages/page-options.js';

export const NOW = Date.UTC(2026, 0, 5, 6, 5, 12);

export const PAGE: PageOptions = {
  now: NOW,
  timezone: 'Europe/Berlin',
  width: 80,
  style: (_format, text) => text,
  command: (line) => `tocsin ${line}`,
};

/** Lines that are too long for the page. */
export function tooLong(text: string): string[] {
  return text.split('\n').filter((line) => [...line].length > PAGE.width);
}
