import type { Boundaries } from './boundaries.js';
import { type GraceChange, graceChanges } from './graces.js';
import { afterGap } from './moments.js';
import type { Reading } from './series.js';
import type { Source, Span } from './source.js';
import type { WallClock } from './wall-clock.js';

/** When an aligned window closed. */
export interface Closing {
  /** By the wall clock. */
  readonly boundary: number;
  /** The same in engine time, by which readings are in the window or not. */
  readonly instant: number;
  /** Engine time of the step in which it closed: later by the grace, or where the clock jumped over it. */
  readonly at: number;
  /** What came in that instant came before it if it came before this turn. */
  readonly turn: number;
}

/** From a moment on the wall clock is so far ahead, and windows wait so long. */
interface Stretch {
  readonly at: number;
  readonly turn: number;
  readonly offset: number;
  readonly grace: number;
}

/** The last closing by `now` of a window that has had readings since `first`; `null`: none yet. */
export function lastClosing(
  boundaries: Boundaries,
  { source, first }: { source: Source; first: Reading },
  { now, clock, gaps }: { now: number; clock: WallClock; gaps: readonly Span[] },
): Closing | null {
  const stretches = stretchesFrom(first, clock, graceChanges(source.came));
  let closing: Closing | null = null;
  let passed = Number.NEGATIVE_INFINITY;
  stretches.forEach(({ at, turn, offset, grace }, index) => {
    const begin = at + offset - grace;
    const end = (stretches[index + 1]?.at ?? now) + offset - grace;
    const jumped = index === 0 ? undefined : boundaries.within(passed, begin).at(-1);
    if (jumped !== undefined) {
      closing = { boundary: jumped, instant: jumped - offset, at, turn };
    }
    // A boundary that the clock is set back to is not reached again; one from before the first reading is none.
    passed = Math.max(begin, first.time + offset, (closing?.instant ?? first.time) + offset);
    const reached = boundaries.within(passed, end).at(-1);
    if (reached !== undefined) {
      const instant = reached - offset;
      closing = { boundary: reached, instant, at: afterGap(instant + grace, gaps), turn: 0 };
    }
    passed = Math.max(passed, end);
  });
  return closing;
}

function stretchesFrom(first: Reading, clock: WallClock, graces: readonly GraceChange[]): Stretch[] {
  const changes = [...clock.steps, ...graces].filter(({ turn }) => turn > first.turn);
  let offset = first.wall - first.step;
  let grace = graces.findLast(({ turn }) => turn <= first.turn)?.grace ?? 0;
  const stretches = [{ at: first.step, turn: first.turn, offset, grace }];
  for (const change of changes.toSorted((a, b) => a.turn - b.turn)) {
    if ('offset' in change) offset = change.offset;
    else grace = change.grace;
    stretches.push({ at: change.at, turn: change.turn, offset, grace });
  }
  return stretches;
}
