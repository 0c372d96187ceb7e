import { styleText } from 'node:util';
import type { OutputStream } from './command.js';

type Format = Parameters<typeof styleText>[0];

/** Colours a piece of text, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** Colours only where they are seen: on a terminal, and not with NO_COLOR or NODE_DISABLE_COLORS set. */
export function styleFor(stream: OutputStream): Style {
  if (stream.isTTY !== true) return (_format, text) => text;
  return (format, text) => styleText(format, text, { stream });
}
