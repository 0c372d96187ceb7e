/** Colours are only for people at a terminal who want them. */
import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, expect, test, vi } from 'vitest';
import { styleFor } from '../../../runtime/command-line/style.js';

/** With the colour depth that Node finds for a terminal. */
const stream = (isTTY: boolean) =>
  Object.assign(new Writable(), { isTTY, getColorDepth: WriteStream.prototype.getColorDepth });

afterEach(() => {
  vi.unstubAllEnvs();
});

function environment(values: Readonly<Record<string, string>>): void {
  for (const name of ['NO_COLOR', 'NODE_DISABLE_COLORS', 'FORCE_COLOR', 'CI']) vi.stubEnv(name, values[name]);
  vi.stubEnv('TERM', 'xterm-256color');
}

test.each<[string, boolean, Readonly<Record<string, string>>, string]>([
  ['a terminal', true, {}, '\u001b[31mx\u001b[39m'],
  ['no terminal', false, {}, 'x'],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, 'x'],
  ['a terminal with NODE_DISABLE_COLORS', true, { NODE_DISABLE_COLORS: '1' }, 'x'],
  ['no terminal, colours forced: data stays data', false, { FORCE_COLOR: '1' }, 'x'],
])('%s', (_name, isTTY, values, expected) => {
  environment(values);
  expect(styleFor(stream(isTTY))('red', 'x')).toBe(expected);
});
