/** The bar of an instance: which cells of time are coloured, bounds included. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Severity } from '../../../../rules/rule.js';
import type { Episode } from '../../../../runtime/replay/story/episode.js';
import { timelineCells } from '../../../../runtime/replay/story/timeline.js';

const GLYPHS = { info: 'i', warning: 'w', critical: 'c' } as const;

function episode(to: number | null, ...severities: (readonly [number, Severity])[]): Episode {
  return {
    from: severities[0]?.[0] ?? 0,
    to,
    severities: severities.map(([from, severity]) => ({ from, severity })),
    message: '',
    suppressed: false,
    isLatched: false,
    reason: null,
  };
}

/** Ten cells of 10 ms. */
const bar = (...episodes: Episode[]) =>
  timelineCells(episodes, { from: 0, to: 100 }, 10)
    .map((cell) => (cell === null ? '.' : GLYPHS[cell]))
    .join('');

test.each<[string, Episode[], string]>([
  ['nothing', [], '..........'],
  ['a whole cell', [episode(20, [10, 'warning'])], '.w........'],
  ['from the middle of a cell to that of another', [episode(25, [15, 'warning'])], '.ww.......'],
  ['an instant still shows', [episode(50, [50, 'info'])], '.....i....'],
  ['shorter than a cell still shows', [episode(12, [11, 'info'])], '.i........'],
  ['at the very end', [episode(100, [100, 'info'])], '.........i'],
  ['not ended', [episode(null, [70, 'critical'])], '.......ccc'],
  ['a rise in severity', [episode(60, [10, 'warning'], [30, 'critical'])], '.wwccc....'],
  ['the highest of a cell counts', [episode(40, [10, 'critical'], [12, 'info'])], '.cii......'],
  ['two alerts', [episode(20, [10, 'info']), episode(90, [80, 'critical'])], '.i......c.'],
])('%s', (_name, episodes, cells) => {
  expect(bar(...episodes)).toBe(cells);
});

test('a stretch of no length is one cell wide', () => {
  const cells = timelineCells([episode(null, [5, 'info'])], { from: 5, to: 5 }, 4);
  expect(cells).toEqual(['info', null, null, null]);
});

test('every alert can be seen, and never outside the bar', () => {
  const times = fc.tuple(fc.nat(100), fc.nat(100)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 40 }), ([from, to], width) => {
      const cells = timelineCells([episode(to, [from, 'info'])], { from: 0, to: 100 }, width);
      expect(cells).toHaveLength(width);
      expect(cells.filter((cell) => cell === 'info').length).toBeGreaterThan(0);
    }),
  );
});
