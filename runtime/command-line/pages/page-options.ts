import type { Io } from '../command.js';
import { programName } from '../program-name.js';
import { type Style, styleFor } from '../style.js';
import { PAGE_WIDTH } from '../text-layout.js';

/** What every page for people needs to know. */
export interface PageOptions {
  /** Epoch ms. */
  readonly now: number;
  readonly timezone: string;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
  /** How the program is called, in what it says to type. */
  readonly program: string;
}

export function pageOptions(io: Io, { now, timezone }: { now: number; timezone: string }): PageOptions {
  return { now, timezone, width: PAGE_WIDTH, style: styleFor(io.stdout), program: programName(io.env) };
}
