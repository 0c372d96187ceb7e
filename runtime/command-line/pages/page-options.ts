import type { Io } from '../command.js';
import { programName } from '../program-name.js';
import { type Style, styleFor } from '../style.js';
import { PAGE_WIDTH, shellWord } from '../text-layout.js';

/** What every page for people needs to know. */
export interface PageOptions {
  /** Epoch ms. */
  readonly now: number;
  readonly timezone: string;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
  /** A command line to type for this site: `explain oven-hot` is `tocsin explain oven-hot --site plant`. */
  readonly command: (line: string) => string;
}

export interface PageContext {
  readonly now: number;
  readonly timezone: string;
  /** The folder, as it was given. */
  readonly site: string;
}

export function pageOptions(io: Io, { now, timezone, site }: PageContext): PageOptions {
  const command = (line: string) => commandFor(io, line, site);
  return { now, timezone, width: PAGE_WIDTH, style: styleFor(io.stdout), command };
}

export function commandFor({ env }: Pick<Io, 'env'>, line: string, site: string): string {
  return `${programName(env)} ${line}${site === '.' ? '' : ` --site ${shellWord(site)}`}`;
}
